/** What products, norms, softmax and reductions make of values. */
import { GraphError } from '../../onnx/graph-error.js';
import { EPSILON, SKIP_EPSILON } from '../../onnx/operators/normalising.js';
import { readReduction, REDUCTIONS, type Reduction } from '../../onnx/operators/reductions.js';
import { Tensor } from '../../onnx/tensor.js';
import { combineConstant, combineValues } from './combine.js';
import { permuteLayout, runOf, sizesOf } from './layout.js';
import { multiplyByWeights, multiplyValues } from './multiply.js';
import { reduceMap } from './row-map.js';
import { pool } from './rules-shape.js';
import { isPlain, settle, trySettle, viewOf, widthOfThing, type Thing, Value } from './symbolic-tensor.js';
import { constantOf, dimsOf, requireConstant, valueOf, type Rule, type Step } from './tracer.js';

function swap(value: Value): Value {
  const axes = value.layout.dims.map((_, axis) => axis);
  return value.withLayout(permuteLayout(value.layout, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]));
}

function scaleValue(value: Value, factor: number): Value {
  if (factor === 1) return value;
  if (value.map.kind !== 'affine') throw new GraphError('It scales its vectors in an unusual way.');
  return value.withMap({ kind: 'affine', scale: value.map.scale * factor, shift: value.map.shift * factor });
}

/** A product of two inputs, the second transposed where it says so. */
function product(step: Step, isFlipped: { readonly a: boolean; readonly b: boolean }): Value {
  const [a, b] = step.terms;
  if (!a || !b) throw step.call.refuse('lacks an input');
  const dims = dimsOf(step);
  if (a instanceof Tensor) return poolByWeights(a, settle(valueOf(step, 1)), dims);
  const left = isFlipped.a ? swap(a) : a;
  if (!(b instanceof Tensor)) return multiplyValues(left, isFlipped.b ? swap(b) : b, dims);
  const weights = step.tracer.findWeights(step.node.inputs[1] ?? '');
  return multiplyByWeights(left, isFlipped.b ? { ...weights, isTransposed: !weights.isTransposed } : weights, dims);
}

/** A row of numbers times a text's tokens. */
function poolByWeights(row: Tensor, value: Value, dims: readonly number[]): Value {
  const tokens = value.thing.shape[0] ?? 0;
  if (row.size !== tokens || row.dims.at(-1) !== tokens || !isPlain(value)) {
    throw new GraphError('It multiplies its vectors in an unusual way.');
  }
  return pool(value, Float64Array.from(row.data), dims);
}

const gemm: Rule = (step) => {
  const { call } = step;
  if (call.number('transBatchA', 0) !== 0 || call.number('transBatchB', 0) !== 0)
    throw call.refuse('moves its batches');
  const isFlipped = { a: call.number('transA', 0) !== 0, b: call.number('transB', 0) !== 0 };
  const scaled = scaleValue(product(step, isFlipped), call.number('alpha', 1));
  const third = step.terms[2];
  if (!third) return scaled;
  if (!(third instanceof Tensor)) return combineValues('Add', scaled, scaleValue(third, call.number('beta', 1)));
  if (call.number('beta', 1) !== 1) throw new GraphError('It scales a bias.');
  return combineConstant('Add', scaled, requireConstant(step, 2), false, step.tracer.assume);
};

const fusedMatMul: Rule = (step) => {
  const { call } = step;
  if (call.number('transBatchA', 0) !== 0 || call.number('transBatchB', 0) !== 0)
    throw call.refuse('moves its batches');
  const isFlipped = { a: call.number('transA', 0) !== 0, b: call.number('transB', 0) !== 0 };
  return scaleValue(product(step, isFlipped), call.number('alpha', 1));
};

/** Activations have no zero point here, as they aren't rounded; that of the weights is theirs. */
const matMulInteger: Rule = (step) => {
  const [ofValues, ofWeights] = [constantOf(step, 2), constantOf(step, 3)];
  if (ofValues?.tensor.data.some((x) => x !== 0))
    throw new GraphError('It has a zero point of its own for activations.');
  const value = product(step, { a: false, b: false });
  const { thing, layout, map } = value;
  if (thing.kind !== 'linear' || !ofWeights || ofWeights.tensor.data.every((x) => x === 0)) return value;
  if (thing.weights.zero || thing.weights.scales.length > 0) throw new GraphError('It shifts its weights twice.');
  const { data, size } = ofWeights.tensor;
  const along = size === 1 ? 'all' : thing.weights.isTransposed ? 'rows' : 'columns';
  const weights = { ...thing.weights, zero: { along, values: Float64Array.from(data) } as const };
  return new Value({ ...thing, weights }, layout, map);
};

const softmax: Rule = (step) => {
  const { thing, layout, map } = valueOf(step, 0);
  const rank = layout.dims.length;
  const axis = step.call.axis(step.call.number('axis', step.call.opset < 13 ? 1 : -1), rank);
  const isLast = axis === rank - 1 && runOf(layout, axis)?.axis === 2;
  if (thing.kind !== 'scores' || !isLast || !isPlain({ thing, layout }))
    throw new GraphError('It has a softmax that is not over attention scores.');
  // What is added to all scores alike makes no difference.
  if (map.kind !== 'affine' || !Number.isFinite(map.scale) || !Number.isFinite(map.shift))
    throw new GraphError('It does something unusual to its attention scores.');
  return viewOf({ kind: 'shares', shape: thing.shape, scores: thing, scale: map.scale }, dimsOf(step));
};

function isSame(a: ArrayLike<number>, b: ArrayLike<number> | undefined): boolean {
  return a.length === b?.length && Array.from(a).every((x, at) => x === b[at]);
}

function normalizeRows(step: Step, value: Value, gamma: number, beta: number, epsilon: number): Value {
  const { thing, layout } = settle(value);
  const width = widthOfThing(thing);
  const [axis, rank] = [step.call.number('axis', -1), layout.dims.length];
  if (!isPlain({ thing, layout }) || (axis !== -1 && axis !== rank - 1))
    throw new GraphError("It has a norm over something else than a token's vector.");
  const read = (index: number, fallback: number): Float32Array => {
    const constant = constantOf(step, index);
    step.tracer.assume(
      constant?.name,
      ({ data }) => isSame(data, constant?.tensor.data),
      'It treats long texts differently.',
    );
    const values = constant ? Float32Array.from(constant.tensor.data) : Float32Array.of(fallback);
    if (values.length !== 1 && values.length !== width)
      throw new GraphError('It has a norm of another width than its vectors.');
    return Float32Array.from({ length: width }, (_, at) => values[at % values.length] ?? fallback);
  };
  const norm = { gamma: read(gamma, 1), beta: read(beta, 0), epsilon: step.call.number('epsilon', epsilon) };
  const made: Thing = { kind: 'norm', shape: thing.shape, input: thing, norm };
  return viewOf(made, sizesOf(layout));
}

const skipNorm: Rule = (step) => {
  const pair = combineValues('Add', valueOf(step, 0), valueOf(step, 1));
  const bias = constantOf(step, 4);
  const sum = bias ? combineConstant('Add', pair, bias, false, step.tracer.assume) : pair;
  // Means and deviations, which only training needs, lie between.
  return [normalizeRows(step, sum, 2, 3, SKIP_EPSILON), undefined, undefined, sum];
};

const lpNormalize: Rule = (step) => {
  const { thing, layout } = settle(valueOf(step, 0));
  const axis = step.call.axis(step.call.number('axis', -1), layout.dims.length);
  const isLast = runOf(layout, axis)?.axis === 1 && isPlain({ thing, layout });
  if (!isLast || step.call.number('p', 2) !== 2) throw new GraphError('It scales vectors to another length than 1.');
  return viewOf({ kind: 'normalize', shape: thing.shape, input: thing }, sizesOf(layout));
};

function reduce(name: string, f: Reduction): Rule {
  return (step) => {
    // A norm of a norm: the first ends where numbers of its result are put together again.
    const value = trySettle(valueOf(step, 0));
    const { axes } = readReduction(step.call);
    const [axis = -1, ...others] = axes.filter((at) => (sizesOf(value.layout)[at] ?? 1) !== 1);
    if (others.length > 0 || axis < 0 || !isPlain(value)) throw new GraphError('It sums over something unusual.');
    const { thing, layout, map } = value;
    if (runOf(layout, axis)?.axis === thing.shape.length - 1) return value.withMap(reduceMap(map, f));
    const tokens = thing.shape[0] ?? 0;
    if (name !== 'ReduceSum' && name !== 'ReduceMean') throw new GraphError(`It pools by ${name}.`);
    const weights = new Float64Array(tokens).fill(name === 'ReduceMean' ? 1 / tokens : 1);
    return pool(settle(value), weights, dimsOf(step));
  };
}

/** By operator. */
export const NETWORK_RULES: readonly (readonly [operator: string, rule: Rule])[] = [
  ...Object.entries(REDUCTIONS).map(([name, f]): [string, Rule] => [name, reduce(name, f)]),
  ['MatMul', (step) => product(step, { a: false, b: false })],
  ['Gemm', gemm],
  ['com.microsoft.FusedMatMul', fusedMatMul],
  ['MatMulInteger', matMulInteger],
  ['Softmax', softmax],
  ['LayerNormalization', (step) => normalizeRows(step, valueOf(step, 0), 1, 2, EPSILON)],
  ['com.microsoft.SkipLayerNormalization', skipNorm],
  ['LpNormalization', lpNormalize],
];
