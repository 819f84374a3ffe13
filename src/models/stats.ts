/** What targets tell of their work. Pure. */
import type { ModelStats } from '../api/models.js';

/** Of a target with nothing to do. */
export const IDLE: ModelStats = { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 };

/** What several targets do together: the fullest queue and the largest batch count. */
export function sumStats(all: readonly ModelStats[]): ModelStats {
  return all.reduce(
    (sum, one) => ({
      queue_fraction: Math.max(sum.queue_fraction, one.queue_fraction),
      queue_absolute: sum.queue_absolute + one.queue_absolute,
      results_pending: sum.results_pending + one.results_pending,
      batch_size: Math.max(sum.batch_size, one.batch_size),
    }),
    IDLE,
  );
}
