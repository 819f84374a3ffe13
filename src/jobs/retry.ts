/** Tries again what may succeed later. */
import { isEmbeddingError } from '../errors/errors.js';

/** Waits so long; ends early, without an error, when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

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
