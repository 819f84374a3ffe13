/** What matrix products of values are: linear maps, attention scores, or attention's result. */
import { GraphError } from '../../onnx/graph-error.js';
import { runOf, sizesOf, type Layout, type Run } from './layout.js';
import { isPlain, settle, viewOf, widthOfThing, type Heads, type LinearThing, Value } from './symbolic-tensor.js';
import { IDENTITY } from './row-map.js';
import { shapeOf, type Weights } from './weights.js';

/** `value · weights`. */
export function multiplyByWeights(value: Value, weights: Weights, dims: readonly number[]): Value {
  const input = settle(value);
  const [rows = 1] = input.thing.shape;
  const [inputs, outputs] = shapeOf(weights);
  if (!isPlain(input) || widthOfThing(input.thing) !== inputs || input.thing.shape.length !== 2) {
    throw new GraphError("It multiplies weights by something else than tokens' vectors.");
  }
  const thing: LinearThing = {
    kind: 'linear',
    shape: [rows, outputs],
    input: input.thing,
    weights,
    gain: new Float64Array(outputs).fill(1),
    bias: new Float64Array(outputs),
  };
  return viewOf(thing, dims);
}

/** A product of two values: queries and keys, or shares and values. */
export function multiplyValues(a: Value, b: Value, dims: readonly number[]): Value {
  if (a.thing.kind === 'shares') return mix(a, b, dims);
  const [query, key] = [readHeads(a, -2, -1), readHeads(b, -1, -2)];
  if (query.heads !== key.heads || query.headWidth !== key.headWidth)
    throw new GraphError('It has fewer heads for keys than for queries.');
  const [tokens = 1] = a.thing.shape;
  const scale = scaleOf(a) * scaleOf(b);
  return viewOf({ kind: 'scores', shape: [query.heads, tokens, tokens], query, key, scale }, dims);
}

function mix(a: Value, b: Value, dims: readonly number[]): Value {
  const shares = settle(a);
  if (shares.thing.kind !== 'shares' || !isPlain(shares)) throw new GraphError('It uses attention in an unusual way.');
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
  if (heads !== shares.thing.shape[0]) throw new GraphError('It has fewer heads for values than for queries.');
  const [tokens = 1] = b.thing.shape;
  const channels: Run = { axis: 1, size: headWidth, stride: 1 };
  const layout: Layout = {
    offset: 0,
    dims: dims.map((size, at) => {
      if (at === dims.length - 1) return [channels];
      if (at === dims.length - 2) return [{ axis: 0, size: tokens, stride: 1 }];
      return size === 1 ? [] : [{ axis: 1, size: heads, stride: headWidth }];
    }),
  };
  const thing = { kind: 'mix', shape: [tokens, heads * headWidth], shares: shares.thing, value } as const;
  return new Value(thing, layout, IDENTITY);
}

function scaleOf({ map }: Value): number {
  if (map.kind !== 'affine' || map.shift !== 0)
    throw new GraphError('It does something unusual to queries, keys or values.');
  return map.scale;
}

/** Heads of a linear map's outputs: in the dimensions before the last two; tokens and channels in those two. */
function readHeads(value: Value, tokenDim: number, channelDim: number): Heads {
  const { thing, layout } = value.map.kind === 'affine' ? value : settle(value);
  if (thing.kind !== 'linear') throw new GraphError('It multiplies two things that are not queries, keys or values.');
  const [token, channel] = [runOf(layout, tokenDim), runOf(layout, channelDim)];
  const before = sizesOf(layout)
    .slice(0, -2)
    .map((_, dim) => runOf(layout, dim))
    .filter((run) => run !== undefined);
  const [head = { axis: 1, size: 1, stride: 0 }, ...others] = before;
  if (
    token?.axis !== 0 ||
    token.size !== thing.shape[0] ||
    channel?.axis !== 1 ||
    head.axis !== 1 ||
    others.length > 0
  ) {
    throw new GraphError('It lays out its attention heads in an unusual way.');
  }
  return {
    linear: thing,
    offset: layout.offset,
    heads: head.size,
    headWidth: channel.size,
    headStride: head.stride,
    channelStride: channel.stride,
  };
}
