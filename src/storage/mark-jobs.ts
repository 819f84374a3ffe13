/** Writes what `job-marker.ts` reads, whom every client has beside it: this is in the code of jobs. */
import { removeText, writeText } from './local-store.js';
import { JOBS_DUE_KEY } from './names.js';

/**
 * Says when jobs of a model are due.
 *
 * @param at - milliseconds since 1970, 0 for jobs that wait for work; undefined when there are none.
 */
export function markJobs(model: string, at: number | undefined): void {
  const key = JOBS_DUE_KEY + model;
  if (at === undefined) removeText(key);
  else writeText(key, String(at));
}
