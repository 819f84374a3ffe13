/** What sentence-transformers puts behind an encoder, as exporters write it. */
import { FLOAT, type Name, type RandomGraph } from './random-encoder-graph.js';
import { addLinear, type Parameters } from './random-encoder-parts.js';

/** What follows the token vectors. */
export interface RandomHead {
  readonly pooling: 'mean' | 'cls' | 'last_token';
  /** A dense layer as wide as the vectors. */
  readonly dense?: 'tanh' | 'relu' | 'none';
  /** Division by the length: by ReduceL2, LpNormalization, or squares and roots. */
  readonly normalize?: 'reduce' | 'operator' | 'squares';
}

/** One vector a text, `[batch, width]`. */
export function addHead(
  graph: RandomGraph,
  head: RandomHead,
  tokens: Name,
  width: number,
  parameters: Parameters,
): Name {
  const pooled = POOLINGS[head.pooling](graph, tokens);
  const dense = head.dense === undefined ? pooled : addDense(graph, head.dense, pooled, width, parameters);
  return head.normalize === undefined ? dense : addNormalize(graph, head.normalize, dense);
}

const POOLINGS: Readonly<Record<RandomHead['pooling'], (graph: RandomGraph, tokens: Name) => Name>> = {
  mean: (graph, tokens) => {
    const mask = graph.unsqueeze('attention_mask', [-1]);
    const expanded = graph.add('Cast', [graph.add('Expand', [mask, graph.add('Shape', [tokens])])], { to: FLOAT });
    const sums = graph.withAxes('ReduceSum', graph.either('Mul', tokens, expanded), [1], 13, { keepdims: 0 });
    const counts = graph.withAxes('ReduceSum', expanded, [1], 13, { keepdims: 0 });
    return graph.add('Div', [sums, graph.add('Clip', [counts, graph.floats(1e-9)])]);
  },
  cls: (graph, tokens) => {
    if (graph.random() < 0.5) return graph.add('Gather', [tokens, graph.integers([0], [])], { axis: 1 });
    const first = graph.add('Slice', [tokens, graph.integers([0]), graph.integers([1]), graph.integers([1])]);
    return graph.squeeze(first, [1]);
  },
  last_token: (graph, tokens) => {
    const counts = graph.withAxes('ReduceSum', 'attention_mask', [1], 13, { keepdims: 0 });
    const last = graph.add('Sub', [counts, graph.integers([1], [])]);
    const index = graph.squeeze(last, [0]);
    return graph.add('Gather', [tokens, index], { axis: 1 });
  },
};

function addDense(
  graph: RandomGraph,
  activation: NonNullable<RandomHead['dense']>,
  pooled: Name,
  width: number,
  parameters: Parameters,
): Name {
  const options = { inputs: width, outputs: width, key: 'dense', kind: 'fp32', isGemm: false, parameters } as const;
  const made = addLinear(graph, { value: pooled }, options);
  if (activation === 'none') return made;
  return graph.add(activation === 'tanh' ? 'Tanh' : 'Relu', [made]);
}

function addNormalize(graph: RandomGraph, how: NonNullable<RandomHead['normalize']>, value: Name): Name {
  if (how === 'operator') return graph.add('LpNormalization', [value], { axis: 1, p: 2 });
  if (how === 'reduce') {
    const length = graph.withAxes('ReduceL2', value, [1], 18, { keepdims: 1 });
    const positive = graph.add('Clip', [length, graph.floats(1e-12)]);
    return graph.add('Div', [value, graph.add('Expand', [positive, graph.add('Shape', [value])])]);
  }
  const squares = graph.withAxes('ReduceSum', graph.add('Mul', [value, value]), [-1], 13, { keepdims: 1 });
  const length = graph.add('Sqrt', [graph.add('Max', [squares, graph.floats(1e-12)])]);
  return graph.either('Mul', value, graph.add('Reciprocal', [length]));
}
