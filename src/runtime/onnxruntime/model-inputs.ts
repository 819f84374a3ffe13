/** What pooling in a graph takes beside the tokens. Pure. */
import type { Weighing } from '../recipe/module-plan.js';

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
