/** Writes what `job-marker.ts` reads. */
import { MARKER } from './job-marker.js';

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
