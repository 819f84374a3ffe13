/** What matrix products make of symbolic tensors: linear maps, attention scores, or attention's result. */
import { GraphError } from '../../onnx/graph-error.js';
import { runOf, sizesOf, type Layout, type Run } from './layout.js';
import { widthOfExpression, type Heads, type LinearExpression } from './expression.js';
import { isPlain, resolve, viewOf, SymbolicTensor } from './symbolic-tensor.js';
import { IDENTITY } from './row-map.js';
import { shapeOf, type Weights } from './weights.js';

/** `rows · weights`. */
export function multiplyByWeights(rows: SymbolicTensor, weights: Weights, dims: readonly number[]): SymbolicTensor {
  const input = resolve(rows);
  const [tokens = 1] = input.base.shape;
  const [inputs, outputs] = shapeOf(weights);
  if (!isPlain(input) || widthOfExpression(input.base) !== inputs || input.base.shape.length !== 2) {
    throw new GraphError("It multiplies weights by something else than tokens' vectors.");
  }
  const expression: LinearExpression = {
    kind: 'linear',
    shape: [tokens, outputs],
    input: input.base,
    weights,
    gain: new Float64Array(outputs).fill(1),
    bias: new Float64Array(outputs),
  };
  return viewOf(expression, dims);
}

/** A product of two symbolic tensors: queries and keys, or probabilities and values. */
export function multiplySymbolic(a: SymbolicTensor, b: SymbolicTensor, dims: readonly number[]): SymbolicTensor {
  if (a.base.kind === 'probabilities') return multiplyByValues(a, b, dims);
  const [query, key] = [readHeads(a, -2, -1), readHeads(b, -1, -2)];
  if (query.heads !== key.heads || query.headWidth !== key.headWidth)
    throw new GraphError('It has fewer heads for keys than for queries.');
  const [tokens = 1] = a.base.shape;
  const scale = scaleOf(a) * scaleOf(b);
  return viewOf({ kind: 'scores', shape: [query.heads, tokens, tokens], query, key, scale }, dims);
}

function multiplyByValues(a: SymbolicTensor, b: SymbolicTensor, dims: readonly number[]): SymbolicTensor {
  const probabilities = resolve(a);
  if (probabilities.base.kind !== 'probabilities' || !isPlain(probabilities))
    throw new GraphError('It uses attention in an unusual way.');
  const found = readHeads(b, -2, -1);
  const scale = scaleOf(b);
  // Values may come scaled; their linear map takes it.
  const { linear } = found;
  const scaled =
    scale === 1
      ? linear
      : { ...linear, gain: linear.gain.map((x) => x * scale), bias: linear.bias.map((x) => x * scale) };
  const value = { ...found, linear: scaled };
  const { heads, headWidth } = value;
  if (heads !== probabilities.base.shape[0]) throw new GraphError('It has fewer heads for values than for queries.');
  const [tokens = 1] = b.base.shape;
  const channels: Run = { axis: 1, size: headWidth, stride: 1 };
  const layout: Layout = {
    offset: 0,
    dims: dims.map((size, at) => {
      if (at === dims.length - 1) return [channels];
      if (at === dims.length - 2) return [{ axis: 0, size: tokens, stride: 1 }];
      return size === 1 ? [] : [{ axis: 1, size: heads, stride: headWidth }];
    }),
  };
  const expression = {
    kind: 'context',
    shape: [tokens, heads * headWidth],
    probabilities: probabilities.base,
    value,
  } as const;
  return new SymbolicTensor(expression, layout, IDENTITY);
}

function scaleOf({ map }: SymbolicTensor): number {
  if (map.kind !== 'affine' || map.shift !== 0)
    throw new GraphError('It does something unusual to queries, keys or values.');
  return map.scale;
}

/** Heads of a linear map's outputs: in the dimensions before the last two; tokens and channels in those two. */
function readHeads(symbolic: SymbolicTensor, tokenDim: number, channelDim: number): Heads {
  const { base, layout } = symbolic.map.kind === 'affine' ? symbolic : resolve(symbolic);
  if (base.kind !== 'linear') throw new GraphError('It multiplies two things that are not queries, keys or values.');
  const [token, channel] = [runOf(layout, tokenDim), runOf(layout, channelDim)];
  const before = sizesOf(layout)
    .slice(0, -2)
    .map((_, dim) => runOf(layout, dim))
    .filter((run) => run !== undefined);
  const [head = { axis: 1, size: 1, stride: 0 }, ...others] = before;
  if (
    token?.axis !== 0 ||
    token.size !== base.shape[0] ||
    channel?.axis !== 1 ||
    head.axis !== 1 ||
    others.length > 0
  ) {
    throw new GraphError('It lays out its attention heads in an unusual way.');
  }
  return {
    linear: base,
    offset: layout.offset,
    heads: head.size,
    headWidth: channel.size,
    headStride: head.stride,
    channelStride: channel.stride,
  };
}
