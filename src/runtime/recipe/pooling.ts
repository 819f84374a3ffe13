/** Token vectors to one vector, and vectors to unit length. Pure arithmetic on float32. */
import type { Pooling } from '../../api/vocabulary.js';

/**
 * Pools one text's token vectors, none of which is padding, into `out`.
 *
 * @param tokens - `[count, out.length]`, row-major.
 * @param out - the row to write, `[dimensions]`.
 *
 * Source: Reimers and Gurevych, "Sentence-BERT", 2019, section 3 (mean and CLS); Qwen3-Embedding's model card (last token).
 */
export function pool(tokens: Float32Array, count: number, pooling: Exclude<Pooling, 'model'>, out: Float32Array): void {
  const width = out.length;
  if (pooling !== 'mean') {
    const row = pooling === 'cls' ? 0 : count - 1;
    out.set(tokens.subarray(row * width, (row + 1) * width));
    return;
  }
  out.fill(0);
  for (let row = 0; row < count; row++) {
    const start = row * width;
    for (let column = 0; column < width; column++) out[column] = (out[column] ?? 0) + (tokens[start + column] ?? 0);
  }
  for (let column = 0; column < width; column++) out[column] = (out[column] ?? 0) / count;
}

/** The Euclidean length of a vector, computed in float64. NaN or Infinity where an element is. */
export function norm(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

/** Divides a vector by its length, in place. The caller has checked that `length` is finite and not zero. */
export function scaleToUnit(vector: Float32Array, length: number): void {
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) / length;
}
