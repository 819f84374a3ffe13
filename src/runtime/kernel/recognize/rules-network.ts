/** What products, norms, softmax and reductions make of symbolic tensors. */
import { GraphError } from '../../onnx/graph-error.js';
import { EPSILON, SKIP_EPSILON } from '../../onnx/operators/normalising.js';
import { readReduction, REDUCTIONS, type Reduction } from '../../onnx/operators/reductions.js';
import { Tensor } from '../../onnx/tensor.js';
import { combineConstant, combineSymbolic } from './combine.js';
import { permuteLayout, runOf, sizesOf } from './layout.js';
import { multiplyByWeights, multiplySymbolic } from './multiply.js';
import { reduceMap } from './row-map.js';
import { pool } from './rules-shape.js';
import { widthOfExpression, type Expression } from './expression.js';
import { isPlain, resolve, tryResolve, viewOf, SymbolicTensor } from './symbolic-tensor.js';
import { constantInput, dimsOf, requireConstant, symbolicInput, type Rule, type Step } from './tracer.js';

function swap(symbolic: SymbolicTensor): SymbolicTensor {
  const axes = symbolic.layout.dims.map((_, axis) => axis);
  return symbolic.withLayout(permuteLayout(symbolic.layout, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]));
}

function scaleValue(symbolic: SymbolicTensor, factor: number): SymbolicTensor {
  if (factor === 1) return symbolic;
  if (symbolic.map.kind !== 'affine') throw new GraphError('It scales its vectors in an unusual way.');
  return symbolic.withMap({ kind: 'affine', scale: symbolic.map.scale * factor, shift: symbolic.map.shift * factor });
}

/** A product of two inputs, the second transposed where it says so. */
function product(step: Step, isFlipped: { readonly a: boolean; readonly b: boolean }): SymbolicTensor {
  const [a, b] = step.inputs;
  if (!a || !b) throw step.call.refuse('lacks an input');
  const dims = dimsOf(step);
  if (a instanceof Tensor) return poolByWeights(a, resolve(symbolicInput(step, 1)), dims);
  const left = isFlipped.a ? swap(a) : a;
  if (!(b instanceof Tensor)) return multiplySymbolic(left, isFlipped.b ? swap(b) : b, dims);
  const weights = step.tracer.findWeights(step.node.inputs[1] ?? '');
  return multiplyByWeights(left, isFlipped.b ? { ...weights, isTransposed: !weights.isTransposed } : weights, dims);
}

/** A row of numbers times a text's tokens. */
function poolByWeights(row: Tensor, symbolic: SymbolicTensor, dims: readonly number[]): SymbolicTensor {
  const tokens = symbolic.base.shape[0] ?? 0;
  if (row.size !== tokens || row.dims.at(-1) !== tokens || !isPlain(symbolic)) {
    throw new GraphError('It multiplies its vectors in an unusual way.');
  }
  return pool(symbolic, Float64Array.from(row.data), dims);
}

const gemm: Rule = (step) => {
  const { call } = step;
  if (call.number('transBatchA', 0) !== 0 || call.number('transBatchB', 0) !== 0)
    throw call.refuse('moves its batches');
  const isFlipped = { a: call.number('transA', 0) !== 0, b: call.number('transB', 0) !== 0 };
  const scaled = scaleValue(product(step, isFlipped), call.number('alpha', 1));
  const third = step.inputs[2];
  if (!third) return scaled;
  if (!(third instanceof Tensor)) return combineSymbolic('Add', scaled, scaleValue(third, call.number('beta', 1)));
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
  const [ofValues, ofWeights] = [constantInput(step, 2), constantInput(step, 3)];
  if (ofValues?.tensor.data.some((x) => x !== 0))
    throw new GraphError('It has a zero point of its own for activations.');
  const symbolic = product(step, { a: false, b: false });
  const { base, layout, map } = symbolic;
  if (base.kind !== 'linear' || !ofWeights || ofWeights.tensor.data.every((x) => x === 0)) return symbolic;
  if (base.weights.zero || base.weights.scales.length > 0) throw new GraphError('It shifts its weights twice.');
  const { data, size } = ofWeights.tensor;
  const along = size === 1 ? 'all' : base.weights.isTransposed ? 'rows' : 'columns';
  const weights = { ...base.weights, zero: { along, values: Float64Array.from(data) } as const };
  return new SymbolicTensor({ ...base, weights }, layout, map);
};

const softmax: Rule = (step) => {
  const { base, layout, map } = symbolicInput(step, 0);
  const rank = layout.dims.length;
  const axis = step.call.axis(step.call.number('axis', step.call.opset < 13 ? 1 : -1), rank);
  const isLast = axis === rank - 1 && runOf(layout, axis)?.axis === 2;
  if (base.kind !== 'scores' || !isLast || !isPlain({ base, layout }))
    throw new GraphError('It has a softmax that is not over attention scores.');
  // What is added to all scores alike makes no difference.
  if (map.kind !== 'affine' || !Number.isFinite(map.scale) || !Number.isFinite(map.shift))
    throw new GraphError('It does something unusual to its attention scores.');
  return viewOf({ kind: 'probabilities', shape: base.shape, scores: base, scale: map.scale }, dimsOf(step));
};

function isSame(a: ArrayLike<number>, b: ArrayLike<number> | undefined): boolean {
  return a.length === b?.length && Array.from(a).every((x, at) => x === b[at]);
}

function normalizeRows(
  step: Step,
  symbolic: SymbolicTensor,
  gamma: number,
  beta: number,
  epsilon: number,
): SymbolicTensor {
  const { base, layout } = resolve(symbolic);
  const width = widthOfExpression(base);
  const [axis, rank] = [step.call.number('axis', -1), layout.dims.length];
  if (!isPlain({ base, layout }) || (axis !== -1 && axis !== rank - 1))
    throw new GraphError("It has a norm over something else than a token's vector.");
  const read = (index: number, fallback: number): Float32Array => {
    const constant = constantInput(step, index);
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
  const made: Expression = { kind: 'norm', shape: base.shape, input: base, norm };
  return viewOf(made, sizesOf(layout));
}

const skipNorm: Rule = (step) => {
  const pair = combineSymbolic('Add', symbolicInput(step, 0), symbolicInput(step, 1));
  const bias = constantInput(step, 4);
  const sum = bias ? combineConstant('Add', pair, bias, false, step.tracer.assume) : pair;
  // Means and deviations, which only training needs, lie between.
  return [normalizeRows(step, sum, 2, 3, SKIP_EPSILON), undefined, undefined, sum];
};

const lpNormalize: Rule = (step) => {
  const { base, layout } = resolve(symbolicInput(step, 0));
  const axis = step.call.axis(step.call.number('axis', -1), layout.dims.length);
  const isLast = runOf(layout, axis)?.axis === 1 && isPlain({ base, layout });
  if (!isLast || step.call.number('p', 2) !== 2) throw new GraphError('It scales vectors to another length than 1.');
  return viewOf({ kind: 'normalize', shape: base.shape, input: base }, sizesOf(layout));
};

function reduce(name: string, f: Reduction): Rule {
  return (step) => {
    // A norm of a norm: the first ends where numbers of its result are put together again.
    const symbolic = tryResolve(symbolicInput(step, 0));
    const { axes } = readReduction(step.call);
    const [axis = -1, ...others] = axes.filter((at) => (sizesOf(symbolic.layout)[at] ?? 1) !== 1);
    if (others.length > 0 || axis < 0 || !isPlain(symbolic)) throw new GraphError('It sums over something unusual.');
    const { base, layout, map } = symbolic;
    if (runOf(layout, axis)?.axis === base.shape.length - 1) return symbolic.withMap(reduceMap(map, f));
    const tokens = base.shape[0] ?? 0;
    if (name !== 'ReduceSum' && name !== 'ReduceMean') throw new GraphError(`It pools by ${name}.`);
    const weights = new Float64Array(tokens).fill(name === 'ReduceMean' ? 1 / tokens : 1);
    return pool(resolve(symbolic), weights, dimsOf(step));
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
  ['LayerNormalization', (step) => normalizeRows(step, symbolicInput(step, 0), 1, 2, EPSILON)],
  ['com.microsoft.SkipLayerNormalization', skipNorm],
  ['LpNormalization', lpNormalize],
];
