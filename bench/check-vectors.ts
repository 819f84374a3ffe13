/** A fast engine with wrong vectors has won nothing. */
import { describeReference } from './engines.js';
import type { Results } from './results.js';

/**
 * Two q8 engines differ by how they round; measured between right ones: 0.97 and more. What quantising wrongly gives
 * is below 0.9.
 */
const MIN_COSINE = 0.95;

/** @throws Error naming the first row and engine whose vectors don't agree with the reference's. */
export function checkVectors({ passes }: Results): void {
  for (const { engines, rows } of passes) {
    for (const row of rows) {
      for (const { id, label, kind } of engines) {
        // How padding changes the baseline's own vectors isn't ours to mend.
        if (kind === 'transformers') continue;
        const cosine = row.engines[id]?.minCosine;
        if (cosine === undefined || cosine >= MIN_COSINE) continue;
        throw new Error(
          `Expected the vectors of ${label} to have a cosine of at least ${MIN_COSINE} with those of ${describeReference(engines)}, but '${row.name}' gave ${cosine.toFixed(4)}. Its times mean nothing until that is mended.`,
        );
      }
    }
  }
}
