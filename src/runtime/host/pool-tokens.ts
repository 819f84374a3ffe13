/** Token vectors to one vector, in every way that models pool. Pure. */
import type { PoolingMode, PoolingRule } from '../recipe/module-plan.js';

/** One text's token vectors, none of which is padding. */
export interface TokenVectors {
  /** `[count, width]`, row-major. */
  readonly data: Float32Array;
  readonly count: number;
  readonly width: number;
}

/**
 * The pooled vector, `[modes × width]`.
 *
 * @param from - the first token that counts: those before are the prompt's.
 *
 * Source: sentence-transformers 6.2, `Pooling.forward`; Reimers and Gurevych, "Sentence-BERT", 2019, section 3.
 */
export function poolTokens(tokens: TokenVectors, { modes }: Pick<PoolingRule, 'modes'>, from = 0): Float32Array {
  const { width } = tokens;
  const vector = new Float32Array(modes.length * width);
  modes.forEach((mode, index) => {
    poolBy(mode, tokens, from, vector.subarray(index * width, (index + 1) * width));
  });
  return vector;
}

function poolBy(mode: PoolingMode, tokens: TokenVectors, from: number, out: Float32Array): void {
  const { data, count, width } = tokens;
  if (mode === 'cls' || mode === 'last_token') {
    const row = mode === 'cls' ? from : count - 1;
    out.set(data.subarray(row * width, (row + 1) * width));
  } else if (mode === 'max') {
    out.fill(-Infinity);
    for (let row = from; row < count; row++) {
      for (let column = 0; column < width; column++) {
        out[column] = Math.max(out[column] ?? 0, data[row * width + column] ?? 0);
      }
    }
  } else {
    addWeighted(tokens, from, mode === 'weighted_mean', out);
    const size = count - from;
    const divisor = { mean: size, mean_sqrt_len: Math.sqrt(size), weighted_mean: sumOfPositions(from, count) }[mode];
    for (let column = 0; column < width; column++) out[column] = (out[column] ?? 0) / divisor;
  }
}

function addWeighted(
  { data, count, width }: TokenVectors,
  from: number,
  isByPosition: boolean,
  out: Float32Array,
): void {
  out.fill(0);
  for (let row = from; row < count; row++) {
    const weight = isByPosition ? row + 1 : 1;
    for (let column = 0; column < width; column++) {
      out[column] = (out[column] ?? 0) + weight * (data[row * width + column] ?? 0);
    }
  }
}

/** Positions count from one, those of the prompt too. */
function sumOfPositions(from: number, count: number): number {
  return (count * (count + 1) - from * (from + 1)) / 2;
}
