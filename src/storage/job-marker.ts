/**
 * A word in local storage on when a model's jobs need somebody: so a client knows without loading the code of jobs, and
 * without waiting for a database. `mark-jobs.ts` writes it.
 */
import { readText } from './local-store.js';
import { JOBS_DUE_KEY } from './names.js';

/** Whether jobs of a model wait for work, or for being deleted. Where storage is forbidden, jobs go on when they are asked for. */
export function areJobsDue(model: string): boolean {
  return Number(readText(JOBS_DUE_KEY + model) ?? Infinity) <= Date.now();
}
