/** Powers of two and of e, four at a time. */
import { higher, lower, multiplyAdd, ROUNDER } from './lanes';

const LOG2_E: f32 = 1.4426950408889634;

/**
 * 2 to the power of x for x up to 126; what is under −126 is taken as −126.
 *
 * x = n + f with whole n and |f| ≤ ½; 2ⁿ is n in a float's exponent bits, 2^f a polynomial of degree 4 fitted by us for the
 * least relative error over that range with p(0) = 1 (2.8·10⁻⁶).
 */
// @ts-ignore: decorator
@inline
export function exp2Below(x: v128): v128 {
  const bounded = higher(x, f32x4.splat(-126));
  // Its lowest bits are n, which the shift leaves alone in the exponent's place.
  const rounded = f32x4.add(bounded, f32x4.splat(ROUNDER));
  const f = f32x4.sub(bounded, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  let p = f32x4.splat(C4);
  p = multiplyAdd(p, f, f32x4.splat(C3));
  p = multiplyAdd(p, f, f32x4.splat(C2));
  p = multiplyAdd(p, f, f32x4.splat(C1));
  p = multiplyAdd(p, f, f32x4.splat(1));
  return i32x4.add(p, i32x4.shl(rounded, 23));
}

/** e to the power of x, for x within ±87. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return exp2Below(lower(f32x4.mul(x, f32x4.splat(LOG2_E)), f32x4.splat(126)));
}

const C1: f32 = 0.6931241886021441;
const C2: f32 = 0.2402409881747189;
const C3: f32 = 0.05590646768406808;
const C4: f32 = 0.009582855773212128;
