/** Refuses unknown or impossible options of jobs by name. */
import type { JobCreateOptions, JobWaitOptions } from '../../api/jobs.js';
import { checkInteger, checkKnown, checkObject } from '../../util/check-value.js';
import { checkSignal } from '../calls/check-input.js';

/** Refuses options of `jobs.create()`. @throws BadRequestError with `param` and `code`. */
export function checkCreateOptions(options: JobCreateOptions): void {
  checkObject(options, 'the options');
  checkKnown(options, { signal: true }, 'option');
  checkSignal(options.signal);
}

/** Refuses options of `job.wait()`. @throws BadRequestError with `param` and `code`. */
export function checkWaitOptions(options: JobWaitOptions): void {
  checkObject(options, 'the options');
  checkKnown(options, { timeoutMs: true, intervalMs: true, signal: true }, 'option');
  if (options.timeoutMs !== undefined) checkInteger('timeoutMs', options.timeoutMs, 0);
  if (options.intervalMs !== undefined) checkInteger('intervalMs', options.intervalMs, 1);
  checkSignal(options.signal);
}
