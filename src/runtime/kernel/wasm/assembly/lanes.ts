/** Small steps on four floats at once. */

/** `a * b + c`; the relaxed build may round once instead of twice. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * 1.5 · 2²³: a float this large has no bits left for a fraction, so adding it rounds to the nearest whole number, which
 * then stands in the lowest bits. Good for numbers within ±2²².
 *
 * Source: Knuth, "The Art of Computer Programming", volume 2, 4.2.1 (rounding by a large addend).
 */
export const ROUNDER: f32 = 12582912.0;
const ROUNDER_BITS: i32 = 0x4b400000;

/** Each product rounded to the nearest i32, ties to even. */
// @ts-ignore: decorator
@inline
export function roundProduct(x: v128, factor: v128): v128 {
  return i32x4.sub(multiplyAdd(x, factor, f32x4.splat(ROUNDER)), i32x4.splat(ROUNDER_BITS));
}

/** The largest of four floats. */
// @ts-ignore: decorator
@inline
export function largest(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/** The sum of four floats, pairs first. */
// @ts-ignore: decorator
@inline
export function sumOf(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** The sum of four integers. */
// @ts-ignore: decorator
@inline
export function integerSumOf(x: v128): i32 {
  return (
    i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + (i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3))
  );
}

/** The smaller float of each pair; no lane is NaN. */
// @ts-ignore: decorator
@inline
export function lower(a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_min(a, b);
  return f32x4.pmin(a, b);
}

/** The larger float of each pair; no lane is NaN. */
// @ts-ignore: decorator
@inline
export function higher(a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_max(a, b);
  return f32x4.pmax(a, b);
}

/** Eight numbers of a row, or of sums. */
// @ts-ignore: decorator
@inline
export function storePair(to: usize, first: v128, second: v128): void {
  v128.store(to, first);
  v128.store(to, second, 16);
}
