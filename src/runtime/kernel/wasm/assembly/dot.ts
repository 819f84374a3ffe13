/**
 * The inner product of bytes, in the forms that devices compute exactly. Which of them that are is found out by trying
 * (`../choose-dot.ts`), never assumed: relaxed instructions leave operands above 127 to the device.
 *
 * Source: WebAssembly relaxed SIMD proposal, "Relaxed integer dot product".
 */
import { DOT_SATURATING, DOT_UNSIGNED, DOT_WIDENING } from '../memory-layout';

/** Numbers of inputs in 32 bits. With relaxed SIMD rows are bytes, without it they are 16 bits wide. */
export const GROUP: i32 = ASC_FEATURE_RELAXED_SIMD ? 4 : 2;

/** Both operands are 16 bits wide in memory, as inside attention. The number behind those that a workspace may have. */
export const WIDE: i32 = DOT_WIDENING + 1;

/** Bytes that a panel of 8 outputs takes for one group of inputs. */
// @ts-ignore: decorator
@inline
export function panelStep(kind: i32): usize {
  return kind == DOT_WIDENING ? 16 : 32;
}

/** Four outputs' weights for one group of inputs: those 0 to 3 of a panel, or 4 to 7. */
// @ts-ignore: decorator
@inline
export function loadWeights(kind: i32, weights: usize, isSecond: bool): v128 {
  if (kind == DOT_WIDENING) return isSecond ? v128.load_ext<i8>(weights, 8) : v128.load_ext<i8>(weights);
  return isSecond ? v128.load(weights, 16) : v128.load(weights);
}

/** `sums` plus the inner products of four outputs' weights with one group of a row, which stands in all four lanes. */
// @ts-ignore: decorator
@inline
export function dotAdd(kind: i32, weights: v128, row: v128, sums: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    if (kind == DOT_UNSIGNED) return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, row, sums);
    if (kind == DOT_SATURATING) return widenAdd(dotPairs(weights, row), sums);
  }
  return i32x4.add(sums, i32x4.dot_i16x8_s(weights, row));
}

/** Sums of two products each, i16, as {@link DOT_SATURATING} has them. */
// @ts-ignore: decorator
@inline
export function dotPairs(weights: v128, row: v128): v128 {
  // @ts-ignore: the third operand stands in the declaration only.
  return i16x8.relaxed_dot_i8x16_i7x16_s(weights, row);
}

/** `sums` plus two neighbouring numbers of 16 bits each. */
// @ts-ignore: decorator
@inline
export function widenAdd(pairs: v128, sums: v128): v128 {
  return i32x4.add(sums, i32x4.dot_i16x8_s(pairs, i16x8.splat(1)));
}
