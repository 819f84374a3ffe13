/** `x · weights + bias` for rows that have been quantised. */
import { DOT_SATURATING, PANEL } from '../memory-layout';
import { GROUP } from './dot';
import { multiplyPanel } from './gemm';
import { multiplySaturating } from './gemm-saturating';
import { multiplyAdd } from './lanes';
import { quantizeRows } from './quantize';
import { Linear, Workspace } from './structs';

/**
 * Writes f32 `[rows, linear.outputs]` for the rows last quantised.
 *
 * @param residual - f32 of the same shape, added; may be `out` itself. 0 for none.
 */
export function applyLinear(work: Workspace, linear: Linear, rows: i32, out: usize, residual: usize): void {
  const groups = linear.inputs / GROUP;
  const panelBytes = <usize>linear.inputs * <usize>PANEL;
  const rowStride = (<usize>groups) << 2;
  const stride = (<usize>linear.outputs) << 2;
  for (let column = 0; column < linear.outputs; column += PANEL) {
    const weights = linear.weights + <usize>(column / PANEL) * panelBytes;
    const offset = (<usize>column) << 2;
    // A residual in the place of the sums would be overwritten by them.
    const sums = work.panelSums;
    if (ASC_FEATURE_RELAXED_SIMD && work.dot == DOT_SATURATING) {
      const pairs = groups >> 1;
      const marks = linear.marks + <usize>(column / PANEL) * <usize>pairs;
      multiplySaturating(work.rows, rowStride, rows, weights, marks, pairs, sums, SUMS_STRIDE);
    } else {
      multiplyPanel(work.dot, work.rows, rowStride, rows, weights, groups, sums, SUMS_STRIDE);
    }
    scaleSums(work, linear, offset, rows, sums, out + offset, stride, residual == 0 ? 0 : residual + offset);
  }
}

/** Bytes from one row's 8 sums to the next row's. */
const SUMS_STRIDE: usize = 32;

/**
 * Sums of bytes as real numbers: `Σ w·(q − zero) · s_w · s_x + bias`, where `Σ w` is known of each column.
 *
 * Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
 * 2018, equation 7.
 */
function scaleSums(
  work: Workspace,
  linear: Linear,
  offset: usize,
  rows: i32,
  sums: usize,
  out: usize,
  stride: usize,
  residual: usize,
): void {
  const scale0 = v128.load(linear.scales + offset);
  const scale1 = v128.load(linear.scales + offset, 16);
  const total0 = v128.load(linear.sums + offset);
  const total1 = v128.load(linear.sums + offset, 16);
  const bias0 = v128.load(linear.bias + offset);
  const bias1 = v128.load(linear.bias + offset, 16);
  for (let row: usize = 0; row < <usize>rows; row++) {
    let x0 = v128.load(sums);
    let x1 = v128.load(sums, 16);
    if (GROUP == 4) {
      const zero = v128.load_splat<i32>(work.rowZeros + (row << 2));
      x0 = i32x4.sub(x0, i32x4.mul(zero, total0));
      x1 = i32x4.sub(x1, i32x4.mul(zero, total1));
    }
    const scale = v128.load_splat<i32>(work.rowScales + (row << 2));
    let y0 = multiplyAdd(f32x4.convert_i32x4_s(x0), f32x4.mul(scale, scale0), bias0);
    let y1 = multiplyAdd(f32x4.convert_i32x4_s(x1), f32x4.mul(scale, scale1), bias1);
    if (residual != 0) {
      y0 = f32x4.add(y0, v128.load(residual));
      y1 = f32x4.add(y1, v128.load(residual, 16));
      residual += stride;
    }
    v128.store(out, y0);
    v128.store(out, y1, 16);
    sums += SUMS_STRIDE;
    out += stride;
  }
}

/** The same from floats, f32 `[rows, linear.inputs]`. */
export function quantizeAndApply(
  work: Workspace,
  linear: Linear,
  from: usize,
  rows: i32,
  out: usize,
  residual: usize,
): void {
  quantizeRows(work, from, rows, linear.inputs);
  applyLinear(work, linear, rows, out, residual);
}
