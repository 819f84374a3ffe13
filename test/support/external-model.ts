/** ONNX models whose tensors lie in files beside them. */
import Pbf from 'pbf';

/** A model with a tensor of four floats at each location, the first behind 8 bytes, each next one 8 bytes further. */
export function makeExternalModel(locations: readonly string[]): Uint8Array {
  const writer = new Pbf();
  writer.writeVarintField(1, 8);
  writer.writeMessage(7, writeGraph, locations);
  return writer.finish();
}

function writeGraph(locations: readonly string[], writer: Pbf): void {
  locations.forEach((location, index) => {
    writer.writeMessage(5, writeTensor, { location, offset: 8 * (index + 1) });
  });
}

/** Source: `onnx/onnx.proto`, TensorProto: dims, data_type, name, external_data, data_location. */
function writeTensor({ location, offset }: { location: string; offset: number }, writer: Pbf): void {
  writer.writeVarintField(1, 4);
  writer.writeVarintField(2, 1);
  writer.writeStringField(8, `t${String(offset)}`);
  for (const [key, value] of [
    ['location', location],
    ['offset', String(offset)],
    ['length', '16'],
  ] as const) {
    writer.writeMessage(13, writeEntry, { key, value });
  }
  writer.writeVarintField(14, 1);
}

function writeEntry({ key, value }: { key: string; value: string }, writer: Pbf): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}
