/** Finds the parts of an `.onnx` file by their place, without decoding its weights. */
import Pbf from 'pbf';

/** Bytes `start` to `end`, without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where a model's graph lies, and what the graph gives. */
export interface OnnxLayout {
  /** The graph with its tag and length. */
  readonly graphField: ByteRange;
  /** The graph's fields. */
  readonly graph: ByteRange;
  /** The graph's outputs in order, each field with its tag and length. */
  readonly outputs: readonly (ByteRange & { readonly name: string })[];
}

/** Field numbers. Source: `onnx/onnx.proto` (ONNX IR version 8), ModelProto, GraphProto and ValueInfoProto. */
const GRAPH = 7;
const OUTPUT = 12;
const VALUE_NAME = 1;

/** A message inside a message, as its tag tells. Source: Protocol Buffers, "Encoding", wire types. */
const LENGTH_DELIMITED = 2;

/**
 * The layout of a model.
 *
 * @throws Error when the bytes aren't an ONNX model with one graph.
 */
export function readLayout(model: Uint8Array): OnnxLayout {
  const fields = listFields(model, 0, model.length).filter(({ number }) => number === GRAPH);
  const [field] = fields;
  if (!field || fields.length > 1) throw new Error(`Expected one graph, found ${String(fields.length)}.`);
  const outputs = listFields(model, field.content, field.end)
    .filter(({ number }) => number === OUTPUT)
    .map(({ start, content, end }) => ({ start, end, name: readName(model, content, end) }));
  return {
    graphField: { start: field.start, end: field.end },
    graph: { start: field.content, end: field.end },
    outputs,
  };
}

interface Field extends ByteRange {
  readonly number: number;
  /** Where its content begins, after tag and length. */
  readonly content: number;
}

function listFields(bytes: Uint8Array, start: number, end: number): Field[] {
  const reader = new Pbf(bytes);
  reader.pos = start;
  const fields: Field[] = [];
  while (reader.pos < end) {
    const fieldStart = reader.pos;
    const tag = reader.readVarint();
    const isMessage = (tag & 7) === LENGTH_DELIMITED;
    const length = isMessage ? reader.readVarint() : 0;
    const content = reader.pos;
    if (isMessage) reader.pos += length;
    else reader.skip(tag);
    if (reader.pos > end) throw new Error('Expected whole fields, but one ends after its message.');
    fields.push({ number: tag >> 3, start: fieldStart, content, end: reader.pos });
  }
  return fields;
}

function readName(bytes: Uint8Array, start: number, end: number): string {
  const field = listFields(bytes, start, end).find(({ number }) => number === VALUE_NAME);
  return field ? new TextDecoder().decode(bytes.subarray(field.content, field.end)) : '';
}
