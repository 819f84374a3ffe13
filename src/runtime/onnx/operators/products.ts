/** Matrix products. Source: ONNX operators, MatMul, Gemm and MatMulInteger; ONNX Runtime's operators, FusedMatMul. */
import type { Call, Operator } from '../call.js';
import { broadcast, broadcastStrides, copyStrided } from '../strides.js';
import { countElements, type Tensor } from '../tensor.js';
import { castTo, mapBinary, mapUnary } from './elementwise.js';
import { transpose } from './shapes.js';

/** Numbers of a float32 array; a new one where they aren't in one. */
function toFloats(numbers: ArrayLike<number>): Float32Array {
  return numbers instanceof Float32Array ? numbers : new Float32Array(numbers);
}

/** Rows of the right matrix that are worked on at once: each result is then read and written a quarter as often. */
const BLOCK = 4;

/** Gives a row of a matrix, in `room` where it isn't there as floats. */
type ReadRow = (k: number, room: Float32Array) => Float32Array;

/** One product: `out[rows, columns] += a[rows, depth] · b[depth, columns]`; `readRow` gives the rows of `b`. */
function multiply(a: Float32Array, readRow: ReadRow, depth: number, out: Float32Array): void {
  const rows = a.length / depth;
  const columns = out.length / rows;
  const room = Array.from({ length: BLOCK }, () => new Float32Array(columns));
  for (let k = 0; k < depth; k += BLOCK) {
    const left = depth - k;
    const read = (index: number): Float32Array => readRow(Math.min(k + index, depth - 1), room[index] ?? out);
    const [b0, b1, b2, b3] = [read(0), read(1), read(2), read(3)];
    for (let i = 0; i < rows; i++) {
      const at = i * depth + k;
      const a0 = a[at] ?? 0;
      const a1 = left > 1 ? (a[at + 1] ?? 0) : 0;
      const a2 = left > 2 ? (a[at + 2] ?? 0) : 0;
      const a3 = left > 3 ? (a[at + 3] ?? 0) : 0;
      const to = i * columns;
      // In float64 and rounded once: rounding every step to float32 is four times as slow.
      for (let j = 0; j < columns; j++) {
        const sum = a0 * (b0[j] ?? 0) + a1 * (b1[j] ?? 0) + a2 * (b2[j] ?? 0) + a3 * (b3[j] ?? 0);
        out[to + j] = (out[to + j] ?? 0) + sum;
      }
    }
  }
}

/** `a · b`, with everything before the last two axes broadcast. Weights are read row by row. */
function matMul(call: Call, left: Tensor, right: Tensor): Tensor {
  const a = left.dims.length === 1 ? left.reshape([1, ...left.dims]) : left;
  const b = right.dims.length === 1 ? right.reshape([...right.dims, 1]) : right;
  const [rows = 1, depth = 1] = a.dims.slice(-2);
  const [own, columns = 1] = b.dims.slice(-2);
  if (own !== depth) throw call.refuse('has matrices that do not go together');
  const batch = broadcast(a.dims.slice(0, -2), b.dims.slice(0, -2));
  const dims = [...batch, ...(left.dims.length > 1 ? [rows] : []), ...(right.dims.length > 1 ? [columns] : [])];
  const size = countElements([...batch, rows, columns]);
  return call.make(
    'float32',
    dims,
    (out) => {
      if (!(out instanceof Float32Array) || size === 0 || depth === 0) return;
      // One matrix of weights for all texts: a single product.
      const isShared = countElements(b.dims) === depth * columns;
      const count = isShared ? 1 : countElements(batch);
      const places = (tensor: Tensor): Int32Array => findMatrices(tensor, batch, count);
      const [fromA, fromB] = [places(a), places(b)];
      const part = isShared ? rows * countElements(batch) : rows;
      const aData = isShared ? toFloats(expandBatch(a, batch)) : toFloats(a.data);
      const whole = b.isRanged ? undefined : toFloats(b.data);
      for (let at = 0; at < count; at++) {
        const startA = (fromA[at] ?? 0) * rows * depth;
        const startB = (fromB[at] ?? 0) * depth * columns;
        const readRow: ReadRow = (k, room) => {
          const start = startB + k * columns;
          const row = whole ? whole.subarray(start, start + columns) : b.read(start, start + columns);
          if (row instanceof Float32Array) return row;
          room.set(row);
          return room;
        };
        const target = out.subarray(at * part * columns, (at + 1) * part * columns);
        multiply(aData.subarray(startA, startA + part * depth), readRow, depth, target);
      }
    },
    size * depth,
  );
}

/** Which of a tensor's matrices each of the batch's products takes. */
function findMatrices(tensor: Tensor, batch: readonly number[], count: number): Int32Array {
  const own = tensor.dims.slice(0, -2);
  const out = new Int32Array(count);
  if (count === 1) return out;
  const strides = broadcastStrides(own, batch);
  const numbers = Int32Array.from({ length: countElements(own) }, (_, index) => index);
  copyStrided(numbers, 0, strides, batch, out);
  return out;
}

function expandBatch(a: Tensor, batch: readonly number[]): ArrayLike<number> {
  const dims = [...batch, ...a.dims.slice(-2)];
  if (countElements(dims) === a.size) return a.data;
  const out = new Float32Array(countElements(dims));
  copyStrided(a.data, 0, broadcastStrides(a.dims, dims), dims, out);
  return out;
}

/** A tensor with its last two axes exchanged. */
function flip(call: Call, input: Tensor): Tensor {
  const axes = input.dims.map((_, axis) => axis);
  return transpose(call, input, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

function scale(call: Call, input: Tensor, factor: number): Tensor {
  return factor === 1 ? input : mapUnary(call, input, (x) => x * factor);
}

function gemm(call: Call): Tensor {
  const [a, b, c] = [call.input(0), call.input(1), call.inputs[2]];
  const product = matMul(
    call,
    call.number('transA', 0) === 0 ? a : flip(call, a),
    call.number('transB', 0) === 0 ? b : flip(call, b),
  );
  const scaled = scale(call, product, call.number('alpha', 1));
  return c ? mapBinary(call, scaled, scale(call, c, call.number('beta', 1)), (x, y) => x + y) : scaled;
}

function fusedMatMul(call: Call): Tensor {
  if (call.number('transBatchA', 0) !== 0 || call.number('transBatchB', 0) !== 0)
    throw call.refuse('moves its batches');
  const [a, b] = [0, 1].map((index) => {
    const input = call.input(index);
    return call.number(index === 0 ? 'transA' : 'transB', 0) === 0 ? input : flip(call, input);
  });
  return scale(call, matMul(call, a ?? call.input(0), b ?? call.input(1)), call.number('alpha', 1));
}

/** Numbers minus their zero point: one for all, or one a row of the left and one a column of the right matrix. */
function shift(call: Call, input: Tensor, zero: Tensor | undefined, isLeft: boolean): Tensor {
  if (!zero || zero.data.every((x) => x === 0)) return input;
  const aligned = isLeft && zero.dims.length === 1 && zero.size > 1 ? zero.reshape([...zero.dims, 1]) : zero;
  return mapBinary(call, input, aligned, (x, y) => x - y, 'float32');
}

/** The left matrix may hold real numbers, as DynamicQuantizeLinear doesn't round here; then so does the product. */
function matMulInteger(call: Call): Tensor {
  const [a, b] = [shift(call, call.input(0), call.inputs[2], true), shift(call, call.input(1), call.inputs[3], false)];
  return castTo(call, matMul(call, a, b), call.input(0).type === 'float32' ? 'float32' : 'int32');
}

/** By name. */
export const PRODUCTS: readonly (readonly [name: string, operator: Operator])[] = [
  ['MatMul', (call) => matMul(call, call.input(0), call.input(1))],
  ['Gemm', gemm],
  ['MatMulInteger', matMulInteger],
  ['com.microsoft.FusedMatMul', fusedMatMul],
];
