/** What the kernel's parts should give, in plain JavaScript and the most obvious way. */
import type { Activation, Attention, Norm, QuantizedLinear } from '../../src/runtime/kernel/encoder.js';

/** A row as whole numbers of 0 to 255, with what they are worth. */
interface QuantizedRow {
  readonly values: readonly number[];
  readonly zero: number;
  readonly scale: number;
}

/** f32 `[rows, outputs]`; rows are quantised one by one, sums are exact. */
export function linearOf(
  rows: Float32Array,
  inputs: number,
  { weights, scales, bias }: QuantizedLinear,
  isWide: boolean,
): Float32Array {
  const outputs = scales.length;
  const out = new Float32Array((rows.length / inputs) * outputs);
  for (let row = 0; row < rows.length / inputs; row++) {
    const { values, zero, scale } = quantizeRow(rows.subarray(row * inputs, (row + 1) * inputs), isWide);
    for (let column = 0; column < outputs; column++) {
      let sum = 0;
      for (let input = 0; input < inputs; input++) {
        sum += ((values[input] ?? 0) - zero) * (weights[input * outputs + column] ?? 0);
      }
      out[row * outputs + column] = sum * scale * (scales[column] ?? 0) + (bias[column] ?? 0);
    }
  }
  return out;
}

/** @param isWide - whether numbers may leave 0 to 255 by rounding, as they may where they have 16 bits. */
function quantizeRow(row: Float32Array, isWide: boolean): QuantizedRow {
  const low = Math.min(0, ...row);
  const range = Math.fround(Math.max(0, ...row) - low);
  const inverse = range > 0 ? Math.fround(255 / range) : 0;
  const zero = roundHalfEven(Math.fround(-low * inverse));
  const values = Array.from(row, (value) => roundHalfEven(Math.fround(value * inverse)) + zero);
  const bounded = isWide ? values : values.map((value) => Math.max(0, Math.min(255, value)));
  return { values: bounded, zero, scale: Math.fround(range / 255) };
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const part = value - down;
  if (part !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

/** Attention in float64, `[tokens, width]` of `[tokens, 3 · width]`. */
export function attentionOf({ heads, headWidth, scale }: Attention, projected: Float32Array): Float64Array {
  const width = heads * headWidth;
  const stride = 3 * width;
  const tokens = projected.length / stride;
  const out = new Float64Array(tokens * width);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < tokens; row++) {
      const scores = Array.from({ length: tokens }, (_, other) => {
        let sum = 0;
        for (let index = head * headWidth; index < (head + 1) * headWidth; index++) {
          sum += (projected[row * stride + index] ?? 0) * (projected[other * stride + width + index] ?? 0);
        }
        return sum * scale;
      });
      const peak = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - peak));
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (let other = 0; other < tokens; other++) {
        const share = (powers[other] ?? 0) / total;
        for (let index = head * headWidth; index < (head + 1) * headWidth; index++) {
          const at = row * width + index;
          out[at] = (out[at] ?? 0) + share * (projected[other * stride + 2 * width + index] ?? 0);
        }
      }
    }
  }
  return out;
}

/** One of the functions of one number, in float64. */
export function activationOf(kind: Activation | 'none' | 'tanh', x: number): number {
  if (kind === 'relu') return Math.max(0, x);
  if (kind === 'tanh') return Math.tanh(x);
  if (kind === 'gelu') return 0.5 * x * (1 + erf(x / Math.SQRT2));
  if (kind === 'none') return x;
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)), which float64 adds up well enough up to 5; beyond that erf is 1. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** Layer normalisation of each row, in float64. */
export function normOf({ gamma, beta, epsilon }: Norm, rows: Float32Array): Float64Array {
  const width = gamma.length;
  return Float64Array.from(rows, (value, index) => {
    const start = Math.floor(index / width) * width;
    const row = Array.from(rows.subarray(start, start + width));
    const mean = row.reduce((sum, x) => sum + x, 0) / width;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / width;
    const column = index - start;
    return ((value - mean) / Math.sqrt(variance + epsilon)) * (gamma[column] ?? 0) + (beta[column] ?? 0);
  });
}
