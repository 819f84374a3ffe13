/** Graphs of a few numbers, and ONNX Runtime to run them: a table of token vectors, pooled by the graph or not. */
import { encodeModel, type OnnxModel, type OnnxNode, type OnnxValue } from '../../../../src/runtime/onnx/write-onnx.js';
import { loadRuntime, type RuntimeTensor } from '../../scripts/model/support.js';

/** Width of a token's vector. */
export const DIMENSIONS = 3;

/** `[6, 3]`: the vector of each token id; that of id 5 is zero. */
export const TABLE = new Float32Array([1, 0, 2, -1, 3, 0.5, 4, -4, 1, 0.25, 2, -8, -3, 1, 1, 0, 0, 0]);

/** What makes a graph. */
export interface GraphSettings {
  /** Version of the operator set. @default 17 */
  readonly opset?: number;
  /** Whether the graph's vectors are means over all tokens, padding included. @default false */
  readonly isPooled?: boolean;
  /** Outputs besides the vectors, before and after them; each holds the ids. @default none */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** `ids` to `last_hidden_state`, or to `sentence_embedding` where the graph pools. */
export function makeGraph({ opset = 17, isPooled = false, before = [], after = [] }: GraphSettings = {}): Uint8Array {
  const ids: OnnxValue = { name: 'ids', type: 'int64', dims: ['rows', 'tokens'] };
  const others = (names: readonly string[]): OnnxValue[] => names.map((name) => ({ ...ids, name }));
  const vectors: OnnxValue = isPooled
    ? { name: 'sentence_embedding', type: 'float32', dims: ['rows', DIMENSIONS] }
    : { name: 'last_hidden_state', type: 'float32', dims: ['rows', 'tokens', DIMENSIONS] };
  const model: OnnxModel = {
    graphName: 'tiny',
    producer: 'tests',
    documentation: 'Looks every token up in a table.',
    opset,
    inputs: [ids],
    outputs: [...others(before), vectors, ...others(after)],
    nodes: [
      node('Gather', ['table', 'ids'], isPooled ? 'gathered' : vectors.name),
      ...(isPooled ? [node('ReduceMean', ['gathered'], vectors.name, { axes: [1], keepdims: 0 })] : []),
      ...[...before, ...after].map((name) => node('Identity', ['ids'], name)),
    ],
    tensors: [{ name: 'table', type: 'float32', dims: [TABLE.length / DIMENSIONS, DIMENSIONS], bytes: bytesOf(TABLE) }],
  };
  return encodeModel(model);
}

/** A model's inputs: element type, elements, shape. */
export type Inputs = Readonly<Record<string, readonly [type: string, data: ArrayBufferView, dims: readonly number[]]>>;

/** What ONNX Runtime gives for a model. */
export async function runModel(model: Uint8Array, inputs: Inputs): Promise<Record<string, RuntimeTensor>> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(model);
  try {
    const tensors = Object.entries(inputs).map(([name, [type, data, dims]]) => [name, new Tensor(type, data, dims)]);
    return await session.run(Object.fromEntries(tensors) as Record<string, RuntimeTensor>);
  } finally {
    await session.release();
  }
}

/** Parts of a file, one after the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { operator, name: output, inputs, outputs: [output], attributes };
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
