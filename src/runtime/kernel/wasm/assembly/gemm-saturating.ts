/**
 * Products of bytes where the device's instruction stops sums of two products at 16 bits, as `gemm.ts` computes the others.
 *
 * Widening such sums to 32 bits takes as long as the products themselves. Where the weights of two groups are small enough,
 * which nearly all are, the sums of both are added in 16 bits and widened once. Which are is marked when weights are packed.
 */
import { DOT_SATURATING } from '../memory-layout';
import { dotAdd, dotPairs, widenAdd } from './dot';
import { storePair } from './lanes';

/** Weights of one sign that add up to more could overflow: 255 · 128 < 2¹⁵. */
const MAX_SUM: i16 = 128;
/** Bytes that a panel takes for one group of inputs. */
const STEP: usize = 32;

/** Writes u8 `[outputs / 8, inputs / 8]`: 1 where the sums of two groups have to be widened one by one. */
export function markLarge(weights: usize, inputs: i32, outputs: i32, marks: usize): void {
  const end = weights + <usize>(inputs * outputs);
  for (; weights < end; weights += 2 * STEP) {
    const isLarge = hasLargeSums(weights) || hasLargeSums(weights + 16);
    store<u8>(marks++, isLarge ? 1 : 0);
  }
}

/** Looks at the same four outputs in both groups, at weights above zero and below it. */
function hasLargeSums(weights: usize): bool {
  const first = v128.load(weights);
  const second = v128.load(weights + STEP);
  const zero = i8x16.splat(0);
  const above = addPairs(i8x16.max_s(first, zero), i8x16.max_s(second, zero));
  const below = addPairs(i8x16.min_s(first, zero), i8x16.min_s(second, zero));
  const most = i16x8.max_s(above, i16x8.neg(below));
  return v128.any_true(i16x8.gt_s(most, i16x8.splat(MAX_SUM)));
}

// @ts-ignore: decorator
@inline
function addPairs(first: v128, second: v128): v128 {
  return i16x8.add(i16x8.extadd_pairwise_i8x16_s(first), i16x8.extadd_pairwise_i8x16_s(second));
}

/**
 * Writes the sums of `rows` rows with one panel, i32 `[rows, 8]`, each row `outStride` bytes after the last.
 *
 * @param pairs - pairs of 32-bit groups of inputs in a row; rows are `stride` bytes apart.
 * @param marks - u8 `[pairs]` of {@link markLarge}.
 */
export function multiplySaturating(
  from: usize,
  stride: usize,
  rows: i32,
  weights: usize,
  marks: usize,
  pairs: i32,
  out: usize,
  outStride: usize,
): void {
  let count = (rows + MAX_ROWS - 1) / MAX_ROWS;
  while (count > 0) {
    const height = (rows + count - 1) / count;
    if (height == 4) tile(4, from, stride, weights, marks, pairs, out, outStride);
    else if (height == 3) tile(3, from, stride, weights, marks, pairs, out, outStride);
    else if (height == 2) tile(2, from, stride, weights, marks, pairs, out, outStride);
    else tile(1, from, stride, weights, marks, pairs, out, outStride);
    from += <usize>height * stride;
    out += <usize>height * outStride;
    rows -= height;
    count--;
  }
}

/** As many rows as their sums, weights and one row's numbers fit into 16 registers with. */
const MAX_ROWS: i32 = 4;

/** `height` is a constant where this is inlined, so what isn't needed falls away. */
// @ts-ignore: decorator
@inline
function tile(
  height: i32,
  from: usize,
  stride: usize,
  weights: usize,
  marks: usize,
  pairs: i32,
  out: usize,
  outStride: usize,
): void {
  const none = i32x4.splat(0);
  let a0 = none, a1 = none, b0 = none, b1 = none, c0 = none, c1 = none, d0 = none, d1 = none;
  const rowB = from + stride;
  const rowC = rowB + stride;
  const rowD = rowC + stride;
  const end = marks + <usize>pairs;
  let at: usize = 0;
  while (marks < end) {
    if (load<u8>(marks)) {
      a0 = addLarge(weights, from + at, a0);
      a1 = addLarge(weights + 16, from + at, a1);
      if (height > 1) {
        b0 = addLarge(weights, rowB + at, b0);
        b1 = addLarge(weights + 16, rowB + at, b1);
      }
      if (height > 2) {
        c0 = addLarge(weights, rowC + at, c0);
        c1 = addLarge(weights + 16, rowC + at, c1);
      }
      if (height > 3) {
        d0 = addLarge(weights, rowD + at, d0);
        d1 = addLarge(weights + 16, rowD + at, d1);
      }
    } else {
      const first = v128.load(weights);
      const second = v128.load(weights, 32);
      a0 = addBoth(first, second, from + at, a0);
      if (height > 1) b0 = addBoth(first, second, rowB + at, b0);
      if (height > 2) c0 = addBoth(first, second, rowC + at, c0);
      if (height > 3) d0 = addBoth(first, second, rowD + at, d0);
      const third = v128.load(weights, 16);
      const fourth = v128.load(weights, 48);
      a1 = addBoth(third, fourth, from + at, a1);
      if (height > 1) b1 = addBoth(third, fourth, rowB + at, b1);
      if (height > 2) c1 = addBoth(third, fourth, rowC + at, c1);
      if (height > 3) d1 = addBoth(third, fourth, rowD + at, d1);
    }
    weights += 2 * STEP;
    at += 8;
    marks++;
  }
  storePair(out, a0, a1);
  if (height > 1) storePair(out + outStride, b0, b1);
  if (height > 2) storePair(out + 2 * outStride, c0, c1);
  if (height > 3) storePair(out + 3 * outStride, d0, d1);
}

/** `sums` plus the products of four outputs' weights of two groups with a row's numbers, which are widened together. */
// @ts-ignore: decorator
@inline
function addBoth(first: v128, second: v128, row: usize, sums: v128): v128 {
  const pairs = i16x8.add(
    dotPairs(first, v128.load_splat<i32>(row)),
    dotPairs(second, v128.load_splat<i32>(row, 4)),
  );
  return widenAdd(pairs, sums);
}

/** The same, widened one group after the other. */
// @ts-ignore: decorator
@inline
function addLarge(weights: usize, row: usize, sums: v128): v128 {
  const some = dotAdd(DOT_SATURATING, v128.load(weights), v128.load_splat<i32>(row), sums);
  return dotAdd(DOT_SATURATING, v128.load(weights, 32), v128.load_splat<i32>(row, 4), some);
}
