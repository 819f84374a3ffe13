/** A graph that never ends, or only after many rounds: a run can't be stopped, so ending the worker is all that helps. */
import Pbf from 'pbf';
import {
  writeNode,
  writeTensor,
  writeValue,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from '../../src/runtime/onnx/write-onnx.js';
import { DIMENSIONS, tokenVector, VOCABULARY } from './tiny-vectors.js';

/** When a graph's loop begins, and how often it goes round. */
export interface GraphLoop {
  /** The token that begins it, wherever it stands. @default it begins in every run */
  readonly token?: string;
  readonly rounds: bigint;
}

/** So many rounds take thousands of years. */
export const ENDLESS = 2n ** 63n - 1n;

/** What a graph holds, by its fields' numbers. */
interface GraphParts {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly loop?: OnnxNode & { readonly body: GraphParts };
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const TEXT = ['batch', 'sequence'];

/**
 * A model that gives each token its vector, after a loop that hands the vectors on from round to round. Its condition stays
 * what it was at the beginning.
 *
 * Source: `onnx/onnx.proto` (ONNX IR version 8); the operator `Loop` of operator set 16.
 */
export function makeLoopingGraph({ token, rounds }: GraphLoop): Uint8Array {
  const writer = new Pbf();
  writer.writeVarintField(1, 8);
  writer.writeMessage(7, writeGraph, {
    name: 'looping',
    nodes: [
      node('Gather', ['table', 'input_ids'], 'vectors'),
      node('Equal', ['input_ids', 'token'], 'is_token'),
      node('Cast', ['is_token'], 'counts', { to: 6 }),
      node('ReduceMax', ['counts'], 'most', { keepdims: 0 }),
      node('Cast', ['most'], 'has_token', { to: 9 }),
    ],
    loop: {
      ...node('Loop', ['rounds', token === undefined ? '' : 'has_token', 'vectors'], 'last_hidden_state'),
      body: BODY,
    },
    tensors: [
      floats(
        'table',
        VOCABULARY.flatMap((_, id) => tokenVector(id)),
      ),
      integer('token', BigInt(VOCABULARY.indexOf(token ?? '[PAD]'))),
      integer('rounds', rounds),
    ],
    inputs: [
      { name: 'input_ids', type: 'int64', dims: TEXT },
      { name: 'attention_mask', type: 'int64', dims: TEXT },
    ],
    outputs: [{ name: 'last_hidden_state', type: 'float32', dims: [...TEXT, DIMENSIONS] }],
  });
  writer.writeMessage(
    8,
    (_: undefined, set) => {
      set.writeStringField(1, '');
      set.writeVarintField(2, 17);
    },
    undefined,
  );
  return writer.finish();
}

/** One round: the condition and the vectors, as they came. */
const BODY: GraphParts = {
  name: 'round',
  nodes: [node('Identity', ['goes_on'], 'goes_on_again'), node('Identity', ['before'], 'after')],
  tensors: [],
  inputs: [
    { name: 'round_number', type: 'int64', dims: [] },
    { name: 'goes_on', type: 'bool', dims: [] },
    { name: 'before', type: 'float32', dims: [...TEXT, DIMENSIONS] },
  ],
  outputs: [
    { name: 'goes_on_again', type: 'bool', dims: [] },
    { name: 'after', type: 'float32', dims: [...TEXT, DIMENSIONS] },
  ],
};

function writeGraph({ name, nodes, loop, tensors, inputs, outputs }: GraphParts, writer: Pbf): void {
  for (const each of nodes) writer.writeMessage(1, writeNode, each);
  if (loop) writer.writeMessage(1, writeLoop, loop);
  writer.writeStringField(2, name);
  for (const tensor of tensors) writer.writeMessage(5, writeTensor, tensor);
  for (const input of inputs) writer.writeMessage(11, writeValue, input);
  for (const output of outputs) writer.writeMessage(12, writeValue, output);
}

/** An operator with one attribute more, which is a graph: its type is 5. */
function writeLoop({ body, ...loop }: OnnxNode & { readonly body: GraphParts }, writer: Pbf): void {
  writeNode(loop, writer);
  writer.writeMessage(
    5,
    (graph: GraphParts, attribute) => {
      attribute.writeStringField(1, 'body');
      attribute.writeMessage(6, writeGraph, graph);
      attribute.writeVarintField(20, 5);
    },
    body,
  );
}

function node(operator: string, inputs: string[], output: string, attributes: Record<string, number> = {}): OnnxNode {
  return { operator, name: output, inputs, outputs: [output], attributes };
}

function floats(name: string, values: readonly number[]): OnnxTensor {
  const { buffer } = Float32Array.from(values);
  return { name, type: 'float32', dims: [VOCABULARY.length, DIMENSIONS], bytes: new Uint8Array(buffer) };
}

function integer(name: string, value: bigint): OnnxTensor {
  return { name, type: 'int64', dims: [], bytes: new Uint8Array(BigInt64Array.of(value).buffer) };
}
