/** What operators that move, cut and gather make of symbolic tensors. */
import { GraphError } from '../../onnx/graph-error.js';
import { readSlice, readSplit } from '../../onnx/operators/indexing.js';
import { countElements } from '../../onnx/tensor.js';
import { narrowLayout, permuteLayout, reshapeLayout, runOf, sizesOf } from './layout.js';
import { widthOf } from './row-map.js';
import { widthOfExpression } from './expression.js';
import { resolve, viewOf, type SymbolicTensor } from './symbolic-tensor.js';
import { dimsOf, requireConstant, symbolicInput, type Rule, type Step } from './tracer.js';

/** A tensor whose view may change: only what works number by number is carried along. */
function toMove(symbolic: SymbolicTensor): SymbolicTensor {
  return symbolic.map.kind === 'affine' ? symbolic : resolve(symbolic);
}

/** One number a token: dimensions don't matter, it meets its tokens again. */
function isNarrow({ map, base }: SymbolicTensor): boolean {
  return widthOf(map, widthOfExpression(base)) === 1 && widthOfExpression(base) !== 1;
}

const reshape: Rule = (step) => {
  const symbolic = symbolicInput(step, 0);
  if (isNarrow(symbolic)) return symbolic;
  const dims = dimsOf(step);
  const moved = toMove(symbolic);
  if (countElements(dims) !== countElements(sizesOf(moved.layout))) throw new GraphError('It repeats its vectors.');
  return moved.withLayout(reshapeLayout(moved.layout, dims));
};

const transpose: Rule = (step) => {
  const moved = toMove(symbolicInput(step, 0));
  const order = step.call.list('perm') ?? moved.layout.dims.map((_, axis) => axis).reverse();
  return moved.withLayout(permuteLayout(moved.layout, order));
};

/** A part of a tensor along one of its dimensions: channels, or one token of all. */
function narrow(step: Step, axis: number, start: number, size: number, dims: readonly number[]): SymbolicTensor {
  const symbolic = symbolicInput(step, 0);
  const full = sizesOf(symbolic.layout)[axis] ?? 1;
  if (start < 0 || size < 1 || start + size > full) throw step.call.refuse('cuts outside of its input');
  if (start === 0 && size === full) return reshape(step) as SymbolicTensor;
  const moved = toMove(symbolic);
  const { base, layout } = moved;
  if (runOf(layout, axis)?.axis === 0 && base.shape.length === 2 && size === 1) {
    const weights = new Float64Array(full);
    weights[start] = 1;
    return pool(resolve(moved), weights, dims);
  }
  const cut = narrowLayout(layout, axis, start, size, base.shape.length - 1);
  return moved.withLayout(reshapeLayout(cut, dims));
}

/** The weighted sum of a text's tokens. */
export function pool({ base }: SymbolicTensor, weights: Float64Array, dims: readonly number[]): SymbolicTensor {
  if (base.shape[0] !== weights.length || base.shape.length !== 2)
    throw new GraphError('It pools something that is not one vector a token.');
  return viewOf({ kind: 'pooled', shape: [1, widthOfExpression(base)], input: base, weights }, dims);
}

const slice: Rule = (step) => {
  const full = sizesOf(symbolicInput(step, 0).layout);
  const { starts, steps, dims } = readSlice(step.call);
  const [axis = 0, ...others] = full.flatMap((size, at) => (dims[at] === size ? [] : [at]));
  const isPlain = others.length === 0 && steps.every((by, at) => by === 1 || dims[at] === 1);
  if (!isPlain) throw new GraphError('It cuts its vectors in an unusual way.');
  return narrow(step, axis, starts[axis] ?? 0, dims[axis] ?? 1, dims);
};

const split: Rule = (step) => {
  const { axis, sizes } = readSplit(step.call);
  let start = 0;
  return sizes.map((size, output) => {
    const part = narrow(step, axis, start, size, dimsOf(step, output));
    start += size;
    return part;
  });
};

const gather: Rule = (step) => {
  const { tensor } = requireConstant(step, 1);
  const full = sizesOf(symbolicInput(step, 0).layout);
  const axis = step.call.axis(step.call.number('axis', 0), full.length);
  if (tensor.size !== 1) throw new GraphError('It gathers several vectors.');
  const [index = 0] = tensor.data;
  return narrow(step, axis, index < 0 ? index + (full[axis] ?? 0) : index, 1, dimsOf(step));
};

/** One token of a text, by its place in the batch and in the text. */
const gatherNd: Rule = (step) => {
  const { tensor } = requireConstant(step, 1);
  const [batch = 0, place = 0] = tensor.data;
  const [texts, tokens = 0] = sizesOf(symbolicInput(step, 0).layout);
  if (tensor.size !== 2 || batch !== 0 || texts !== 1) throw new GraphError('It gathers several vectors.');
  return narrow(step, 1, place < 0 ? place + tokens : place, 1, dimsOf(step));
};

/** Shapes are known without the numbers. */
const measure: Rule = ({ tracer, node }) => tracer.evaluator.get(node.outputs[0] ?? '');

/** By operator. */
export const SHAPE_RULES: readonly (readonly [operator: string, rule: Rule])[] = [
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand', 'Tile'].map((name): [string, Rule] => [name, reshape]),
  ['Shape', measure],
  ['Size', measure],
  ['Transpose', transpose],
  ['Slice', slice],
  ['Split', split],
  ['Gather', gather],
  ['GatherND', gatherNd],
];
