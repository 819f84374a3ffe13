/** How often work is tried again after a worker failed over it, and what its caller is told in the end. Pure. */
import { WorkerDiedError, isEmbeddingError, type EmbeddingError } from '../../../errors/errors.js';
import { nameInput } from '../../../util/name-input.js';
import type { Entry } from './embed-call.js';

/** What hangs twice hangs always, and each time takes as long as the patience with a slow device. */
const MAX_RETRIES_OF_A_HANG = 1;

/** Whether the error says that a worker ended, rather than what was wrong with a file or a text. */
export function hasStopped(error: unknown): error is EmbeddingError {
  return (
    isEmbeddingError(error, 'worker_died') ||
    isEmbeddingError(error, 'worker_hung') ||
    isEmbeddingError(error, 'device_lost')
  );
}

/** How often what failed so is tried again, of `maxRetries` that the app allows. */
export function countRetries(error: unknown, maxRetries: number): number {
  return isEmbeddingError(error, 'worker_hung') ? Math.min(MAX_RETRIES_OF_A_HANG, maxRetries) : maxRetries;
}

/** The same for a worker that failed while it loaded. One that hung isn't tried again where another runtime is left. */
export function countLoadRetries(
  error: unknown,
  { maxRetries, hasTwin }: { readonly maxRetries: number; readonly hasTwin: boolean },
): number {
  return hasTwin && isEmbeddingError(error, 'worker_hung') ? 0 : countRetries(error, maxRetries);
}

/** A model over which workers hang is the runtime's failure, and no input's. */
export function toLoadFailure(error: unknown): unknown {
  if (!isEmbeddingError(error, 'worker_hung')) return error;
  return new WorkerDiedError('worker_died', error.message, { cause: error });
}

/** Whether an entry has been tried often enough. */
export function isGivenUp({ failures, hangs }: Pick<Entry, 'failures' | 'hangs'>, maxRetries: number): boolean {
  return failures > maxRetries || hangs > MAX_RETRIES_OF_A_HANG;
}

/**
 * What the caller of such an entry is told.
 *
 * @param wasAlone - whether the last worker had nothing else to do, so that this input is known to be to blame.
 */
export function giveUp(
  error: EmbeddingError,
  { failures, hangs, index, call }: Entry,
  wasAlone: boolean,
): EmbeddingError {
  if (!hasStopped(error)) return error;
  const verb = error.code === 'worker_hung' ? 'hung' : 'stopped';
  const workers = `${String(error.code === 'worker_hung' ? hangs : failures)} workers ${verb}`;
  if (!wasAlone) return new WorkerDiedError(error.code, `Gave up after ${workers}. ${error.message}`, { cause: error });
  const message = `Gave up on 'input' after ${workers} over it. Shorten it or leave it out. ${error.message}`;
  const failure = new WorkerDiedError(error.code, message, { param: 'input', cause: error });
  return nameInput(failure, index, call.entries.length);
}
