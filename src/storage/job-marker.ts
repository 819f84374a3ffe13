/**
 * A word in local storage on when a model's jobs need somebody: so a client knows without loading the code of jobs, and
 * without waiting for a database. `mark-jobs.ts` writes it.
 */

/** Followed by the model. */
export const MARKER = 'inpage-embeddings/jobs/';

/** Whether jobs of a model wait for work, or for being deleted. */
export function areJobsDue(model: string): boolean {
  try {
    return Number(localStorage.getItem(MARKER + model) ?? Infinity) <= Date.now();
  } catch {
    // Storage is forbidden, or there is none: then jobs go on when they are asked for.
    return false;
  }
}
