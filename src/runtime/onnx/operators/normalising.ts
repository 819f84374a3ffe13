/**
 * Operators that bring rows to a common size. Source: ONNX operators, each by its name; ONNX Runtime's operators,
 * SkipLayerNormalization.
 */
import type { Call, Operator } from '../call.js';
import { foldNumbers } from '../functions.js';
import { copyStrided, stridesOf } from '../strides.js';
import { countElements, type Numbers, type Tensor } from '../tensor.js';
import { mapBinary } from './elementwise.js';

/** What is added to variances where a graph doesn't say. */
export const EPSILON = 1e-5;
/** The same for ONNX Runtime's operator. Source: ONNX Runtime's operators, SkipLayerNormalization. */
export const SKIP_EPSILON = 1e-12;

type ChangeRow = (row: Numbers, out: Numbers) => void;

/** `change` for every row along the last axes, `size` numbers each. */
function eachRow(call: Call, input: Tensor, size: number, change: ChangeRow): Tensor {
  return call.make(input.type, input.dims, (out) => {
    const { data } = input;
    for (let start = 0; start < out.length; start += size) {
      change(data.subarray(start, start + size), out.subarray(start, start + size));
    }
  });
}

/** `change` for every row along one axis. */
function eachAlong(call: Call, input: Tensor, axis: number, change: ChangeRow): Tensor {
  const { dims } = input;
  const size = dims[axis] ?? 1;
  const inner = countElements(dims.slice(axis + 1));
  if (inner === 1) return eachRow(call, input, size, change);
  return call.make(input.type, dims, (out) => {
    // The axis goes last and comes back.
    const moved = (from: readonly number[]): number[] => [
      ...from.slice(0, axis),
      ...from.slice(axis + 1),
      from[axis] ?? 1,
    ];
    const rows = input.data.slice();
    copyStrided(input.data, 0, moved(stridesOf(dims)), moved(dims), rows);
    const changed = rows.slice();
    for (let start = 0; start < rows.length; start += size) {
      change(rows.subarray(start, start + size), changed.subarray(start, start + size));
    }
    const strides = stridesOf(moved(dims));
    const back = [...strides.slice(0, axis), strides.at(-1) ?? 1, ...strides.slice(axis, -1)];
    copyStrided(changed, 0, back, dims, out);
  });
}

const softmaxOf: ChangeRow = (row, out) => {
  const most = foldNumbers(row, Math.max, -Infinity);
  const shares = Float64Array.from(row, (x) => Math.exp(x - most));
  const sum = shares.reduce((a, b) => a + b, 0);
  shares.forEach((share, at) => {
    out[at] = share / sum;
  });
};

/** Before operator set 13 everything from the axis on is one row. */
function softmax(call: Call): Tensor {
  const input = call.input(0);
  const isFlat = call.opset < 13;
  const axis = call.axis(call.number('axis', isFlat ? 1 : -1), input.dims.length);
  if (isFlat) return eachRow(call, input, countElements(input.dims.slice(axis)), softmaxOf);
  return eachAlong(call, input, axis, softmaxOf);
}

function normRows(call: Call, input: Tensor, gamma: Tensor, beta: Tensor | undefined, epsilon: number): Tensor {
  const axis = call.axis(call.number('axis', -1), input.dims.length);
  const size = countElements(input.dims.slice(axis));
  return eachRow(call, input, size, (row, out) => {
    const mean = foldNumbers(row, (sum, x) => sum + x, 0) / size;
    const variance = foldNumbers(row, (sum, x) => sum + (x - mean) ** 2, 0) / size;
    const [factors, shifts] = [gamma.data, beta?.data];
    for (let at = 0; at < size; at++) {
      const unit = ((row[at] ?? 0) - mean) / Math.sqrt(variance + epsilon);
      out[at] = unit * (factors[at % factors.length] ?? 1) + (shifts?.[at % shifts.length] ?? 0);
    }
  });
}

function layerNormalization(call: Call): Tensor {
  return normRows(call, call.input(0), call.input(1), call.inputs[2], call.number('epsilon', EPSILON));
}

function skipLayerNormalization(call: Call): (Tensor | undefined)[] {
  const add = (a: Tensor, b: Tensor): Tensor => mapBinary(call, a, b, (x, y) => x + y);
  const [gamma, beta, bias] = [call.input(2), call.inputs[3], call.inputs[4]];
  const pair = add(call.input(0), call.input(1));
  const sum = bias ? add(pair, bias) : pair;
  return [normRows(call, sum, gamma, beta, call.number('epsilon', SKIP_EPSILON)), undefined, undefined, sum];
}

function lpNormalization(call: Call): Tensor {
  const input = call.input(0);
  const isL1 = call.number('p', 2) === 1;
  const axis = call.axis(call.number('axis', -1), input.dims.length);
  return eachAlong(call, input, axis, (row, out) => {
    const sum = foldNumbers(row, (total, x) => total + (isL1 ? Math.abs(x) : x * x), 0);
    const length = isL1 ? sum : Math.sqrt(sum);
    row.forEach((x, at) => {
      out[at] = length === 0 ? 0 : x / length;
    });
  });
}

/** By name. */
export const NORMALISING: readonly (readonly [name: string, operator: Operator])[] = [
  ['Softmax', softmax],
  ['LayerNormalization', layerNormalization],
  ['com.microsoft.SkipLayerNormalization', skipLayerNormalization],
  ['LpNormalization', lpNormalization],
];
