/** What operators that move, cut and gather make of values. */
import { GraphError } from '../../onnx/graph-error.js';
import { readSlice, readSplit } from '../../onnx/operators/indexing.js';
import { countElements } from '../../onnx/tensor.js';
import { narrowLayout, permuteLayout, reshapeLayout, runOf, sizesOf } from './layout.js';
import { widthOf } from './row-map.js';
import { settle, viewOf, widthOfThing, type Value } from './symbolic-tensor.js';
import { dimsOf, requireConstant, valueOf, type Rule, type Step } from './tracer.js';

/** A value whose view may change: only what works number by number is carried along. */
function toMove(value: Value): Value {
  return value.map.kind === 'affine' ? value : settle(value);
}

/** One number a token: dimensions don't matter, it meets its tokens again. */
function isNarrow({ map, thing }: Value): boolean {
  return widthOf(map, widthOfThing(thing)) === 1 && widthOfThing(thing) !== 1;
}

const reshape: Rule = (step) => {
  const value = valueOf(step, 0);
  if (isNarrow(value)) return value;
  const dims = dimsOf(step);
  const moved = toMove(value);
  if (countElements(dims) !== countElements(sizesOf(moved.layout))) throw new GraphError('It repeats its vectors.');
  return moved.withLayout(reshapeLayout(moved.layout, dims));
};

const transpose: Rule = (step) => {
  const moved = toMove(valueOf(step, 0));
  const order = step.call.list('perm') ?? moved.layout.dims.map((_, axis) => axis).reverse();
  return moved.withLayout(permuteLayout(moved.layout, order));
};

/** A part of a value along one of its dimensions: channels, or one token of all. */
function narrow(step: Step, axis: number, start: number, size: number, dims: readonly number[]): Value {
  const value = valueOf(step, 0);
  const full = sizesOf(value.layout)[axis] ?? 1;
  if (start < 0 || size < 1 || start + size > full) throw step.call.refuse('cuts outside of its input');
  if (start === 0 && size === full) return reshape(step) as Value;
  const moved = toMove(value);
  const { thing, layout } = moved;
  if (runOf(layout, axis)?.axis === 0 && thing.shape.length === 2 && size === 1) {
    const weights = new Float64Array(full);
    weights[start] = 1;
    return pool(settle(moved), weights, dims);
  }
  const cut = narrowLayout(layout, axis, start, size, thing.shape.length - 1);
  return moved.withLayout(reshapeLayout(cut, dims));
}

/** The weighted sum of a text's tokens. */
export function pool({ thing }: Value, weights: Float64Array, dims: readonly number[]): Value {
  if (thing.shape[0] !== weights.length || thing.shape.length !== 2)
    throw new GraphError('It pools something that is not one vector a token.');
  return viewOf({ kind: 'pooled', shape: [1, widthOfThing(thing)], input: thing, weights }, dims);
}

const slice: Rule = (step) => {
  const full = sizesOf(valueOf(step, 0).layout);
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
  const full = sizesOf(valueOf(step, 0).layout);
  const axis = step.call.axis(step.call.number('axis', 0), full.length);
  if (tensor.size !== 1) throw new GraphError('It gathers several vectors.');
  const [index = 0] = tensor.data;
  return narrow(step, axis, index < 0 ? index + (full[axis] ?? 0) : index, 1, dimsOf(step));
};

/** One token of a text, by its place in the batch and in the text. */
const gatherNd: Rule = (step) => {
  const { tensor } = requireConstant(step, 1);
  const [batch = 0, place = 0] = tensor.data;
  const [texts, tokens = 0] = sizesOf(valueOf(step, 0).layout);
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
