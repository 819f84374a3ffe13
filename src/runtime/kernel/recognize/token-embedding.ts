/** The table of tokens, and what is added to its rows by position. */
import { Evaluator, fillInputs } from '../../onnx/evaluate.js';
import { GraphError } from '../../onnx/graph-error.js';
import type { Graph } from '../../onnx/read-graph.js';
import { broadcast, broadcastStrides, copyStrided } from '../../onnx/strides.js';
import type { EmbeddingTable, PositionTable } from '../encoder.js';
import { toTable } from './quantize-weights.js';
import type { LookupExpression } from './expression.js';

/** Positions of texts of different lengths come from the same numbers. */
const TOLERANCE = 1e-6;
/** Rows before the first position are few: one is the padding's, the others aren't used. */
const MAX_PADDING_ID = 16;

/** What a table and its positions are found from. */
export interface EmbeddingSource {
  readonly graph: Graph;
  readonly lookup: LookupExpression;
  /** The short text that the graph was followed for. */
  readonly ids: readonly number[];
  /** The graph for a text of `maxTokens` other tokens. */
  readonly longest: Evaluator;
  readonly maxTokens: number;
}

/** @throws GraphError when positions depend on anything but the place of a token. */
export function findEmbedding(source: EmbeddingSource): { table: EmbeddingTable; positions: PositionTable } {
  const { lookup, longest, maxTokens } = source;
  const { table, shift } = toTable(lookup.weights);
  const values = addUp(source.lookup, longest, maxTokens, shift);
  const isPrefix = isSame(values, addUp(lookup, evaluate(source, source.ids), source.ids.length, shift));
  if (!isPrefix) throw new GraphError('Its positions depend on more than the place of a token.');
  return { table, positions: findPadding(source, values, shift) ?? { values, offset: 0 } };
}

function evaluate({ graph }: EmbeddingSource, ids: readonly number[]): Evaluator {
  return new Evaluator(graph, fillInputs(graph, { ids }));
}

/** `[tokens, width]`: the sum of all that is added. */
function addUp(
  { addends, shape }: LookupExpression,
  evaluator: Evaluator,
  tokens: number,
  shift: number,
): Float32Array {
  const width = shape[1] ?? 1;
  const sum = new Float32Array(tokens * width).fill(shift);
  for (const { name, tensor: own, factor } of addends) {
    const tensor = name === undefined ? own : evaluator.get(name);
    const dims = broadcast(tensor.dims, [tokens, width]);
    const numbers = new Float64Array(sum.length);
    if (dims.reduce((size, dim) => size * dim, 1) !== sum.length)
      throw new GraphError('It adds positions of another shape than its vectors.');
    copyStrided(tensor.data, 0, broadcastStrides(tensor.dims, dims), dims, numbers);
    sum.forEach((x, at) => {
      sum[at] = x + (numbers[at] ?? 0) * factor;
    });
  }
  return sum;
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  const length = Math.min(a.length, b.length);
  return a.subarray(0, length).every((x, at) => Math.abs(x - (b[at] ?? NaN)) <= TOLERANCE * Math.max(1, Math.abs(x)));
}

/**
 * Positions that skip padding. Source: transformers, `create_position_ids_from_input_ids`: the count of tokens so far that
 * aren't padding, plus the padding's id, which is the position of padding itself.
 */
function findPadding(source: EmbeddingSource, values: Float32Array, shift: number): PositionTable | undefined {
  const { ids, lookup } = source;
  const width = lookup.shape[1] ?? 1;
  for (const paddingId of listCompared(source)) {
    const padded = ids.map((id, at) => (at % 3 === 1 ? paddingId : id));
    const actual = addUp(lookup, evaluate(source, padded), ids.length, shift);
    if (isSame(actual, values)) continue;
    if (paddingId > MAX_PADDING_ID || paddingId < 0)
      throw new GraphError(`Its padding token has the id ${paddingId}, which is unusual.`);
    const offset = paddingId + 1;
    const rows = new Float32Array((offset + values.length / width) * width);
    rows.set(actual.subarray(width, 2 * width), paddingId * width);
    rows.set(values, offset * width);
    const positions = { values: rows, offset, paddingId };
    if (!isSame(actual, follow(positions, padded, width)))
      throw new GraphError('Its positions depend on more than the place of a token.');
    return positions;
  }
  return undefined;
}

/** What the table says of a text, as its description has it. */
function follow({ values, offset, paddingId }: PositionTable, ids: readonly number[], width: number): Float32Array {
  let next = offset;
  const rows = ids.map((id) => (id === paddingId ? paddingId : next++));
  const out = new Float32Array(ids.length * width);
  rows.forEach((row, at) => {
    out.set(values.subarray(row * width, (row + 1) * width), at * width);
  });
  return out;
}

/** Numbers that the graph compares the ids with. */
function listCompared(source: EmbeddingSource): number[] {
  const { graph, ids } = source;
  const evaluator = evaluate(source, ids);
  const found = new Set<number>();
  for (const { operator, inputs } of graph.nodes) {
    if (operator !== 'Equal') continue;
    const [a, b] = inputs.map((name) => tryGet(evaluator, name));
    if (!a || !b) continue;
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (other.size !== ids.length || !ids.every((id, at) => other.data[at] === id)) continue;
      const [compared] = one.data;
      if (one.size !== 1 || compared === undefined) throw new GraphError('It treats tokens by their ids.');
      found.add(compared);
    }
  }
  return [...found];
}

function tryGet(evaluator: Evaluator, name: string): ReturnType<Evaluator['get']> | undefined {
  try {
    const tensor = evaluator.get(name);
    return tensor;
  } catch {
    // A part of the graph that is of no use here.
    return undefined;
  }
}
