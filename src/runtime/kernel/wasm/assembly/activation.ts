/** The functions between the two halves of a feed-forward, and at the end of a pooling head. */
import { ACTIVATION_GELU, ACTIVATION_GELU_TANH, ACTIVATION_RELU, ACTIVATION_TANH } from '../memory-layout';
import { exp } from './exponential';
import { higher, lower, multiplyAdd } from './lanes';

/** Applies a function, by its `ACTIVATION_` constant, to `count` floats in place; `count` is a multiple of 4. */
export function activate(kind: i32, values: usize, count: i32): void {
  const end = values + ((<usize>count) << 2);
  if (kind == ACTIVATION_GELU) {
    for (let at = values; at < end; at += 16) v128.store(at, gelu(v128.load(at)));
  } else if (kind == ACTIVATION_GELU_TANH) {
    for (let at = values; at < end; at += 16) v128.store(at, geluTanh(v128.load(at)));
  } else if (kind == ACTIVATION_RELU) {
    for (let at = values; at < end; at += 16) v128.store(at, higher(v128.load(at), f32x4.splat(0)));
  } else if (kind == ACTIVATION_TANH) {
    for (let at = values; at < end; at += 16) v128.store(at, tanh(v128.load(at)));
  }
}

/** x · Φ(x) = ½ x (1 + erf(x / √2)). Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016, section 2. */
// @ts-ignore: decorator
@inline
function gelu(x: v128): v128 {
  const half = f32x4.mul(x, f32x4.splat(0.5));
  return multiplyAdd(half, erf(f32x4.mul(x, f32x4.splat(0.7071067811865476))), half);
}

/**
 * The same with erf replaced: ½ x (1 + tanh(u)) = x / (1 + e^(−2u)), u = √(2/π) (x + 0.044715 x³).
 *
 * Source: the same paper, section 2.
 */
// @ts-ignore: decorator
@inline
function geluTanh(x: v128): v128 {
  const square = f32x4.mul(x, x);
  // −2 √(2/π), and the same times 0.044715.
  const factor = multiplyAdd(square, f32x4.splat(-0.07135481282556943), f32x4.splat(-1.5957691216057308));
  return f32x4.div(x, f32x4.add(exp(f32x4.mul(x, factor)), f32x4.splat(1)));
}

/** tanh(x) = 1 − 2 / (1 + e^(2x)). */
// @ts-ignore: decorator
@inline
function tanh(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(x, x)), one)));
}

/**
 * The error function as a quotient of polynomials in x², beyond ±4 the border's value, which is 1 in a float. Off by a few
 * units of a float's last digit.
 *
 * Source: Eigen 3.3, `SpecialFunctionsImpl.h`, the float version of erf (coefficients and border).
 */
// @ts-ignore: decorator
@inline
function erf(value: v128): v128 {
  const x = higher(lower(value, f32x4.splat(4)), f32x4.splat(-4));
  const square = f32x4.mul(x, x);
  let top = f32x4.splat(-2.72614225801306e-10);
  top = multiplyAdd(top, square, f32x4.splat(2.77068142495902e-8));
  top = multiplyAdd(top, square, f32x4.splat(-2.10102402082508e-6));
  top = multiplyAdd(top, square, f32x4.splat(-5.69250639462346e-5));
  top = multiplyAdd(top, square, f32x4.splat(-7.34990630326855e-4));
  top = multiplyAdd(top, square, f32x4.splat(-2.954599808540255e-3));
  top = multiplyAdd(top, square, f32x4.splat(-1.60960333262415e-2));
  let bottom = f32x4.splat(-1.45660718464996e-5);
  bottom = multiplyAdd(bottom, square, f32x4.splat(-2.13374055278905e-4));
  bottom = multiplyAdd(bottom, square, f32x4.splat(-1.68282697438203e-3));
  bottom = multiplyAdd(bottom, square, f32x4.splat(-7.37332916720468e-3));
  bottom = multiplyAdd(bottom, square, f32x4.splat(-1.42647390514189e-2));
  return f32x4.div(f32x4.mul(x, top), bottom);
}
