/** Tries again what may succeed later. */
import { isEmbeddingError } from '../errors/errors.js';
import { pause } from '../util/pause.js';

/**
 * What `attempt` gives. An error marked `retryable` is followed by another try after each of `delaysMs`; the last one's error,
 * and any other, is thrown.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  delaysMs: readonly number[],
  signal: AbortSignal,
): Promise<T> {
  for (const delayMs of delaysMs) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !isEmbeddingError(error) || !error.retryable) throw error;
      await pause(delayMs, signal);
      signal.throwIfAborted();
    }
  }
  return attempt();
}
