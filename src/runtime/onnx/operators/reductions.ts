/** Operators that make one number of many, and running sums. Source: ONNX operators, each by its name. */
import type { Call, Operator } from '../call.js';
import { foldNumbers, type BinaryFunction } from '../functions.js';
import { copyStrided, stridesOf } from '../strides.js';
import { countElements, type Numbers, type Tensor } from '../tensor.js';

/** One number of a row's numbers. */
export type Reduction = (row: ArrayLike<number>) => number;

const add: BinaryFunction = (sum, x) => sum + x;
const addSquare: BinaryFunction = (sum, x) => sum + x * x;

/** By the operators' names. */
export const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  ReduceSum: (row) => foldNumbers(row, add, 0),
  ReduceMean: (row) => foldNumbers(row, add, 0) / row.length,
  ReduceSumSquare: (row) => foldNumbers(row, addSquare, 0),
  ReduceL2: (row) => Math.sqrt(foldNumbers(row, addSquare, 0)),
  ReduceL1: (row) => foldNumbers(row, (sum, x) => sum + Math.abs(x), 0),
  ReduceMax: (row) => foldNumbers(row, Math.max, -Infinity),
  ReduceMin: (row) => foldNumbers(row, Math.min, Infinity),
  ReduceProd: (row) => foldNumbers(row, (product, x) => product * x, 1),
};

/** The axes a reduction goes along, and whether they stay as dimensions of size 1. */
export function readReduction(call: Call): { axes: readonly number[]; keepsAxes: boolean } {
  const { dims } = call.input(0);
  const given = call.listOrInput('axes', 1) ?? [];
  const isNothing = given.length === 0 && call.number('noop_with_empty_axes', 0) === 1;
  const axes = given.length > 0 || isNothing ? given : dims.map((_, axis) => axis);
  return { axes: axes.map((axis) => call.axis(axis, dims.length)), keepsAxes: call.number('keepdims', 1) === 1 };
}

function reduce(f: Reduction): Operator {
  return (call) => {
    const input = call.input(0);
    const { axes, keepsAxes } = readReduction(call);
    const isKept = (axis: number): boolean => !axes.includes(axis);
    const dims = input.dims.flatMap((dim, axis) => (isKept(axis) ? [dim] : keepsAxes ? [1] : []));
    return call.make(input.type, dims, (out) => {
      const rows = collectRows(input, isKept);
      const size = out.length === 0 ? 0 : input.size / out.length;
      for (let row = 0; row < out.length; row++) out[row] = f(rows.subarray(row * size, (row + 1) * size));
    });
  };
}

/** The numbers with the reduced axes last. */
function collectRows(input: Tensor, isKept: (axis: number) => boolean): Numbers {
  const { data, dims } = input;
  const axes = dims.map((_, axis) => axis);
  const order = [...axes.filter(isKept), ...axes.filter((axis) => !isKept(axis))];
  if (order.every((axis, at) => axis === at)) return data;
  const strides = stridesOf(dims);
  const rows = data.slice();
  copyStrided(
    data,
    0,
    order.map((axis) => strides[axis] ?? 0),
    order.map((axis) => dims[axis] ?? 0),
    rows,
  );
  return rows;
}

function runningSum(call: Call): Tensor {
  const input = call.input(0);
  const axis = call.axis(call.input(1).data[0] ?? 0, input.dims.length);
  if (call.number('exclusive', 0) !== 0 || call.number('reverse', 0) !== 0)
    throw call.refuse('is exclusive or reversed');
  return call.make(input.type, input.dims, (out) => {
    out.set(input.data);
    const stride = countElements(input.dims.slice(axis + 1));
    const size = input.dims[axis] ?? 1;
    for (let i = 0; i < out.length; i++) {
      if (Math.floor(i / stride) % size > 0) out[i] = (out[i] ?? 0) + (out[i - stride] ?? 0);
    }
  });
}

/** By name. */
export const REDUCING: readonly (readonly [name: string, operator: Operator])[] = [
  ...Object.entries(REDUCTIONS).map(([name, f]): [string, Operator] => [name, reduce(f)]),
  ['CumSum', runningSum],
];
