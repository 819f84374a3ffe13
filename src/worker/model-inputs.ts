/** Token ids to the tensors a graph takes. Pure. */
import type { Weighing } from './module-plan.js';

/** Row-major, `[rows, length]`. */
export interface TokenInputs {
  readonly ids: BigInt64Array;
  /** 1 where a token is, 0 where padding is. */
  readonly mask: BigInt64Array;
}

/** Ids and mask of a batch, padded at the end. */
export function toTokenInputs(batch: readonly (readonly number[])[], length: number, padding: number): TokenInputs {
  const ids = new BigInt64Array(batch.length * length).fill(BigInt(padding));
  const mask = new BigInt64Array(batch.length * length);
  batch.forEach((tokens, row) => {
    tokens.forEach((id, column) => {
      ids[row * length + column] = BigInt(id);
    });
    mask.fill(1n, row * length, row * length + tokens.length);
  });
  return { ids, mask };
}

/** How much each token counts when its text is pooled: `[rows, length]`, each row of sum 1, padding 0. */
export function toPoolingWeights(counts: readonly number[], length: number, pooling: Weighing): Float32Array {
  const weights = new Float32Array(counts.length * length);
  counts.forEach((count, row) => {
    const start = row * length;
    if (pooling === 'mean') weights.fill(1 / count, start, start + count);
    else weights[pooling === 'cls' ? start : start + count - 1] = 1;
  });
  return weights;
}
