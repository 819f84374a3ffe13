/** For frameworks that try calls again themselves: which failures this library hasn't already tried to cure. */
import type { ErrorCode } from './codes.js';
import { isEmbeddingError } from './errors.js';

/**
 * What passes within seconds and is told to the caller at the first failure. Everything else either can't be cured, or has
 * been tried again by a worker or a provider: trying that once more from outside would multiply the attempts.
 */
const PASSING: readonly ErrorCode[] = [
  'queue_full',
  'engine_script_failed',
  'worker_script_failed',
  'runtime_file_failed',
  'model_file_unreachable',
  'model_file_damaged',
];

/** Whether the same call may soon succeed, and nobody has tried it again yet. */
export function isWorthAnotherTry(error: unknown): boolean {
  return isEmbeddingError(error) && PASSING.includes(error.code);
}
