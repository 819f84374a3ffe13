/** Puts pooling into a model's graph, so that a GPU gives one vector a text and not one a token. */
import Pbf from 'pbf';
import { readLayout, type ByteRange } from './read-onnx.js';
import { writeNode, writeTensor, writeValue, type OnnxNode, type OnnxTensor } from './write-onnx.js';

/** How the graph is to pool. */
export interface GraphPooling {
  /** The output whose vectors are pooled; every other output is dropped. */
  readonly output: string;
  /** Whether that output is pooled already, `[rows, dimensions]`. */
  readonly isPooled: boolean;
  /** Whether vectors are divided by their length. One of length zero becomes NaN. */
  readonly normalize: boolean;
}

/**
 * The added input, float32 `[rows, 1, tokens]`: how much each token counts, a row of sum 1. Absent when the output is
 * pooled already. Mean, CLS and last-token pooling differ in nothing else.
 */
export const POOLING_WEIGHTS = 'inpage_pooling_weights';

/** The one output that is left, float32 `[rows, dimensions]`. */
export const POOLED_OUTPUT = 'inpage_embedding';

/**
 * The model with pooling, in parts to be put one after the other; all but a few hundred bytes are views of `model`.
 *
 * Only operators whose form never changed are added, so the model's operator set doesn't matter.
 *
 * @throws Error when the bytes aren't an ONNX model with that output.
 */
export function poolInGraph(model: Uint8Array, pooling: GraphPooling): Uint8Array[] {
  const { graphField, graph, outputs } = readLayout(model);
  if (!outputs.some(({ name }) => name === pooling.output)) throw new Error(`Expected an output ${pooling.output}.`);
  const kept = subtract(graph, outputs);
  const added = writeAdditions(pooling);
  const length = kept.reduce((sum, { start, end }) => sum + end - start, added.length);
  return [
    model.subarray(0, graphField.start),
    writeGraphHeader(length),
    ...kept.map(({ start, end }) => model.subarray(start, end)),
    added,
    model.subarray(graphField.end),
  ];
}

function subtract(whole: ByteRange, holes: readonly ByteRange[]): ByteRange[] {
  const starts = [whole.start, ...holes.map(({ end }) => end)];
  const ends = [...holes.map(({ start }) => start), whole.end];
  return starts
    .map((start, index) => ({ start, end: ends[index] ?? whole.end }))
    .filter(({ start, end }) => end > start);
}

function writeGraphHeader(length: number): Uint8Array {
  const writer = new Pbf();
  // Field 7 of a model, a message.
  writer.writeVarint((7 << 3) | 2);
  writer.writeVarint(length);
  return writer.finish();
}

function writeAdditions(pooling: GraphPooling): Uint8Array {
  const writer = new Pbf();
  for (const step of listNodes(pooling)) writer.writeMessage(1, writeNode, step);
  for (const shape of SHAPES) writer.writeMessage(5, writeTensor, shape);
  if (!pooling.isPooled) {
    const dims = ['inpage_batch', 1, 'inpage_tokens'];
    writer.writeMessage(11, writeValue, { name: POOLING_WEIGHTS, type: 'float32', dims });
  }
  const dims = ['inpage_batch', 'inpage_dimensions'];
  writer.writeMessage(12, writeValue, { name: POOLED_OUTPUT, type: 'float32', dims });
  return writer.finish();
}

function listNodes({ output, isPooled, normalize }: GraphPooling): OnnxNode[] {
  return [
    node('Cast', [output], 'inpage_float', { to: FLOAT32 }),
    isPooled
      ? node('Reshape', ['inpage_float', 'inpage_row_shape'], 'inpage_rows')
      : node('MatMul', [POOLING_WEIGHTS, 'inpage_float'], 'inpage_rows'),
    ...(normalize
      ? [
          node('Transpose', ['inpage_rows'], 'inpage_columns', { perm: [0, 2, 1] }),
          node('MatMul', ['inpage_rows', 'inpage_columns'], 'inpage_squares'),
          node('Sqrt', ['inpage_squares'], 'inpage_norm'),
          node('Div', ['inpage_rows', 'inpage_norm'], 'inpage_unit'),
        ]
      : []),
    node('Reshape', [normalize ? 'inpage_unit' : 'inpage_rows', 'inpage_flat_shape'], POOLED_OUTPUT),
  ];
}

/** An element type's number. Source: `onnx/onnx.proto`, TensorProto.DataType. */
const FLOAT32 = 1;

/** `[rows, dimensions]` to `[rows, 1, dimensions]` and back: 0 keeps a size, -1 is what is left. */
const SHAPES: readonly OnnxTensor[] = [
  { name: 'inpage_row_shape', type: 'int64', dims: [3], bytes: int64(0n, 1n, -1n) },
  { name: 'inpage_flat_shape', type: 'int64', dims: [2], bytes: int64(0n, -1n) },
];

function int64(...values: bigint[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values).buffer);
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { operator, name: output, inputs, outputs: [output], attributes };
}
