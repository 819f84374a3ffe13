/**
 * Products of whole-number matrices, in tiles of a few rows by one panel of 8 columns, whose sums stay in registers.
 *
 * Weights lie in panels of 8 outputs: for each group of inputs come 8 outputs with that group's numbers side by side. So a
 * tile reads weights in their order, and of each row 32 bits at a time, which are spread over all lanes.
 */
import { DOT_UNSIGNED, DOT_WIDENING } from '../memory-layout';
import { dotAdd, loadWeights, panelStep, WIDE } from './dot';
import { storePair } from './lanes';

/**
 * Writes the sums of `rows` rows with one panel, i32 `[rows, 8]`, each row `outStride` bytes after the last.
 *
 * @param groups - 32-bit groups of inputs in a row; rows are `stride` bytes apart.
 */
export function multiplyPanel(
  kind: i32,
  from: usize,
  stride: usize,
  rows: i32,
  weights: usize,
  groups: i32,
  out: usize,
  outStride: usize,
): void {
  if (kind == WIDE) {
    multiplyWide(from, stride, rows, weights, groups, out, outStride);
  } else if (!ASC_FEATURE_RELAXED_SIMD) {
    tiles(DOT_WIDENING, from, stride, rows, weights, groups, out, outStride);
  } else {
    tiles(DOT_UNSIGNED, from, stride, rows, weights, groups, out, outStride);
  }
}

function multiplyWide(
  from: usize,
  stride: usize,
  rows: i32,
  weights: usize,
  groups: i32,
  out: usize,
  outStride: usize,
): void {
  tiles(WIDE, from, stride, rows, weights, groups, out, outStride);
}

/** As many rows as their sums, the weights and one row's numbers fit into 16 registers with. */
// @ts-ignore: decorator
@inline
function maxRows(kind: i32): i32 {
  return kind == DOT_UNSIGNED ? 6 : 4;
}

/** Tiles of nearly equal height: a last one of one row would use the weights badly. */
// @ts-ignore: decorator
@inline
function tiles(
  kind: i32,
  from: usize,
  stride: usize,
  rows: i32,
  weights: usize,
  groups: i32,
  out: usize,
  outStride: usize,
): void {
  let count = (rows + maxRows(kind) - 1) / maxRows(kind);
  while (count > 0) {
    const height = (rows + count - 1) / count;
    if (height == 6) tile(kind, 6, from, stride, weights, groups, out, outStride);
    else if (height == 5) tile(kind, 5, from, stride, weights, groups, out, outStride);
    else if (height == 4) tile(kind, 4, from, stride, weights, groups, out, outStride);
    else if (height == 3) tile(kind, 3, from, stride, weights, groups, out, outStride);
    else if (height == 2) tile(kind, 2, from, stride, weights, groups, out, outStride);
    else tile(kind, 1, from, stride, weights, groups, out, outStride);
    from += <usize>height * stride;
    out += <usize>height * outStride;
    rows -= height;
    count--;
  }
}

/** `kind` and `height` are constants where this is inlined, so what isn't needed falls away. */
// @ts-ignore: decorator
@inline
function tile(
  kind: i32,
  height: i32,
  from: usize,
  stride: usize,
  weights: usize,
  groups: i32,
  out: usize,
  outStride: usize,
): void {
  if (height > maxRows(kind)) return;
  const none = i32x4.splat(0);
  let a0 = none, a1 = none, b0 = none, b1 = none, c0 = none, c1 = none;
  let d0 = none, d1 = none, e0 = none, e1 = none, f0 = none, f1 = none;
  const end = from + ((<usize>groups) << 2);
  const fromB = stride;
  const fromC = fromB + stride;
  const fromD = fromC + stride;
  const fromE = fromD + stride;
  const fromF = fromE + stride;
  for (let at = from; at < end; at += 4) {
    const first = loadWeights(kind, weights, false);
    const second = loadWeights(kind, weights, true);
    weights += panelStep(kind);
    const a = v128.load_splat<i32>(at);
    a0 = dotAdd(kind, first, a, a0);
    a1 = dotAdd(kind, second, a, a1);
    if (height > 1) {
      const b = v128.load_splat<i32>(at + fromB);
      b0 = dotAdd(kind, first, b, b0);
      b1 = dotAdd(kind, second, b, b1);
    }
    if (height > 2) {
      const c = v128.load_splat<i32>(at + fromC);
      c0 = dotAdd(kind, first, c, c0);
      c1 = dotAdd(kind, second, c, c1);
    }
    if (height > 3) {
      const d = v128.load_splat<i32>(at + fromD);
      d0 = dotAdd(kind, first, d, d0);
      d1 = dotAdd(kind, second, d, d1);
    }
    if (height > 4) {
      const e = v128.load_splat<i32>(at + fromE);
      e0 = dotAdd(kind, first, e, e0);
      e1 = dotAdd(kind, second, e, e1);
    }
    if (height > 5) {
      const f = v128.load_splat<i32>(at + fromF);
      f0 = dotAdd(kind, first, f, f0);
      f1 = dotAdd(kind, second, f, f1);
    }
  }
  storePair(out, a0, a1);
  if (height > 1) storePair(out + outStride, b0, b1);
  if (height > 2) storePair(out + 2 * outStride, c0, c1);
  if (height > 3) storePair(out + 3 * outStride, d0, d1);
  if (height > 4) storePair(out + 4 * outStride, e0, e1);
  if (height > 5) storePair(out + 5 * outStride, f0, f1);
}
