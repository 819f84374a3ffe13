/**
 * A word in local storage on when a model's jobs need somebody: so a client knows without loading the code of jobs, and
 * without waiting for a database.
 */

/** Followed by the model. */
const MARKER = 'inpage-embeddings/jobs/';

/** Whether jobs of a model wait for work, or for being deleted. */
export function areJobsDue(model: string): boolean {
  try {
    return Number(localStorage.getItem(MARKER + model) ?? Infinity) <= Date.now();
  } catch {
    // Storage is forbidden, or there is none: then jobs go on when they are asked for.
    return false;
  }
}

/**
 * Says when jobs of a model are due.
 *
 * @param at - milliseconds since 1970, 0 for jobs that wait for work; undefined when there are none.
 */
export function markJobs(model: string, at: number | undefined): void {
  try {
    if (at === undefined) localStorage.removeItem(MARKER + model);
    else localStorage.setItem(MARKER + model, String(at));
  } catch {
    // They go on when they are asked for.
  }
}
