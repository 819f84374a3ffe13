/** Bounds what is kept of jobs that have ended, however many there are and whatever the clock says. Pure. */
import { hasEnded, type JobRecord } from './job-record.js';

const MAX_JOBS = 200;
/** Vectors of 384 numbers take about 400 MB then. */
const MAX_INPUTS = 250_000;

/** Jobs that have ended and make room for another, the oldest ones. */
export function listSurplus(records: readonly JobRecord[]): JobRecord[] {
  const ended = records.filter(hasEnded).sort((a, b) => (a.ageMs ?? 0) - (b.ageMs ?? 0));
  let inputs = 0;
  return ended.filter(({ total }, index) => {
    inputs += total;
    // The latest one is kept, however large it is.
    return index >= MAX_JOBS || (index > 0 && inputs > MAX_INPUTS);
  });
}
