/** Texts to follow a graph with: ids in which nothing else of the graph can be mistaken for them. */
import { GraphError } from '../../onnx/graph-error.js';
import { Evaluator, fillInputs } from '../../onnx/evaluate.js';
import type { Graph } from '../../onnx/read-graph.js';
import type { IdFlow } from './id-flow.js';

/** Distinct ids for a short text, and others for one of `maxTokens`. @throws GraphError when the graph has no table of tokens. */
export function chooseIds(
  graph: Graph,
  flow: IdFlow,
  tokens: number,
  maxTokens: number,
): { short: number[]; long: number[] } {
  const rows = findRows(graph, flow);
  // The later half: special tokens come first in most vocabularies.
  const first = Math.floor(rows / 2);
  const choices = rows - first;
  if (choices < 2 * tokens) throw new GraphError('Its vocabulary is too small.');
  // A step that probabilities no divisor with the count visits every id once.
  let step = Math.floor(choices * 0.618) | 1;
  while (commonDivisor(step, choices) > 1) step++;
  const pick = (count: number, start: number): number[] =>
    Array.from({ length: count }, (_, at) => first + ((start + at * step) % choices));
  return { short: pick(tokens, 1), long: pick(maxTokens, 3) };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Rows of the smallest table that ids go to. */
function findRows(graph: Graph, { ids }: IdFlow): number {
  const shapes = new Evaluator(graph, fillInputs(graph, { ids: [0] }));
  let rows = Infinity;
  for (const { operator, inputs } of graph.nodes) {
    const [table = '', indexes = ''] = inputs;
    if (operator === 'Gather' && ids.has(indexes)) rows = Math.min(rows, shapes.get(table).dims[0] ?? 0);
  }
  if (rows === Infinity) throw new GraphError("It doesn't look its tokens up in a table.");
  return rows;
}
