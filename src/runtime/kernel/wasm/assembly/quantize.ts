/**
 * Floats to whole numbers, a row at a time: a row has a scale and a zero point of its own, so that a text's vector doesn't
 * depend on its neighbours.
 */
import { DOT_SIGNED } from '../memory-layout';
import { GROUP } from './dot';
import { higher, largest, lower, roundProduct, sumOf } from './lanes';
import { Workspace } from './structs';

/** The zero point's place in signed bytes: u − 128 is the unsigned byte u with its highest bit turned. */
const SIGN_SHIFT: i32 = 128;

/**
 * Writes rows of `width` floats, a multiple of 8, as whole numbers q with `x ≈ (q − zero) · scale`, 0 ≤ q ≤ 255. The range
 * of a row always holds 0, so that 0 stays exact.
 *
 * A row with NaN or infinity gets the scale NaN, so that what follows is NaN as well: whole numbers can't say it.
 *
 * With 16-bit rows the zero point is subtracted at once and kept as 0.
 *
 * Source: ONNX operators, DynamicQuantizeLinear (the formula; there for a whole tensor).
 */
export function quantizeRows(work: Workspace, from: usize, rows: i32, width: i32): void {
  let to = work.rows;
  for (let row = 0; row < rows; row++) {
    let least = f32x4.splat(0);
    let most = f32x4.splat(0);
    let sum = f32x4.splat(0);
    const end = from + ((<usize>width) << 2);
    for (let at = from; at < end; at += 16) {
      const x = v128.load(at);
      least = lower(least, x);
      most = higher(most, x);
      sum = f32x4.add(sum, x);
    }
    const low = -largest(f32x4.neg(least));
    const range = largest(most) - low;
    const inverse: f32 = range > 0 ? 255 / range : 0;
    const zero = <i32>nearest<f32>(-low * inverse);
    store<f32>(work.rowScales + ((<usize>row) << 2), range / 255 + trace(sum));
    const kept = GROUP == 2 ? 0 : work.dot == DOT_SIGNED ? zero - SIGN_SHIFT : zero;
    store<i32>(work.rowZeros + ((<usize>row) << 2), kept);
    to = writeRow(from, end, to, inverse, zero, work.dot == DOT_SIGNED);
    from = end;
  }
}

/** One row; returns where the next one begins. */
// @ts-ignore: decorator
@inline
function writeRow(from: usize, end: usize, to: usize, inverse: f32, zero: i32, isSigned: bool): usize {
  const factor = f32x4.splat(inverse);
  const shift = i16x8.splat(<i16>zero);
  const turn = i64x2.splat(isSigned ? 0x8080808080808080 : 0);
  for (let at = from; at < end; at += 32) {
    const first = roundProduct(v128.load(at), factor);
    const second = roundProduct(v128.load(at, 16), factor);
    const words = i16x8.narrow_i32x4_s(first, second);
    if (GROUP == 2) {
      v128.store(to, words);
      to += 16;
    } else {
      const shifted = i16x8.add(words, shift);
      const bytes = v128.xor(i8x16.narrow_i16x8_u(shifted, shifted), turn);
      v128.store_lane<i64>(to, bytes, 0);
      to += 8;
    }
  }
  return to;
}

/** 0, or NaN where a sum isn't finite. */
// @ts-ignore: decorator
@inline
function trace(sum: v128): f32 {
  const total = sumOf(sum);
  return total - total;
}

/**
 * The largest absolute value of `rows` rows of `width` floats, `stride` bytes apart; NaN when one isn't finite. `width` is a
 * multiple of 4.
 */
export function findPeak(from: usize, rows: i32, width: i32, stride: usize): f32 {
  let most = f32x4.splat(0);
  let sum = f32x4.splat(0);
  const bytes = (<usize>width) << 2;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = f32x4.abs(v128.load(from + at));
      most = higher(most, x);
      sum = f32x4.add(sum, x);
    }
    from += stride;
  }
  return largest(most) + trace(sum);
}

/** Eight floats times `factor` as 16-bit whole numbers. */
// @ts-ignore: decorator
@inline
export function toWords(from: usize, factor: v128): v128 {
  return i16x8.narrow_i32x4_s(
    roundProduct(v128.load(from), factor),
    roundProduct(v128.load(from, 16), factor),
  );
}

