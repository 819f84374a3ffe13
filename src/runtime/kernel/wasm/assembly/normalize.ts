/** Layer normalisation of rows. */
import { multiplyAdd, sumOf } from './lanes';
import { Norm } from './structs';

/**
 * Writes `(x − mean) / √(variance + ε) · gamma + beta` of each row to `to`, which may be `from`.
 *
 * Source: Ba, Kiros and Hinton, "Layer Normalization", 2016, equation 4.
 */
export function normalizeRows(norm: Norm, from: usize, to: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (let row = 0; row < rows; row++) {
    normalizeRow(norm, from, to, bytes, <f32>width);
    from += bytes;
    to += bytes;
  }
}

function normalizeRow(norm: Norm, from: usize, to: usize, bytes: usize, width: f32): void {
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) sum = f32x4.add(sum, v128.load(from + at));
  const mean = f32x4.splat(sumOf(sum) / width);
  let squares = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const apart = f32x4.sub(v128.load(from + at), mean);
    squares = multiplyAdd(apart, apart, squares);
  }
  const inverse = f32x4.splat(1 / sqrt<f32>(sumOf(squares) / width + norm.epsilon));
  for (let at: usize = 0; at < bytes; at += 16) {
    const unit = f32x4.mul(f32x4.sub(v128.load(from + at), mean), inverse);
    v128.store(to + at, multiplyAdd(unit, v128.load(norm.gamma + at), v128.load(norm.beta + at)));
  }
}
