/** Tries a search again when its worker has stopped. */
import { isEmbeddingError } from '../../errors/errors.js';

/** How often. Source: openai-node 7, `maxRetries`. */
const MAX_RETRIES = 2;

/** What `task` gives, in a new worker each time; `canRetry` says whether there is still something to give it. */
export async function retryStopped<T>(task: () => Promise<T>, canRetry: () => boolean = () => true): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await task();
    } catch (error) {
      if (!isEmbeddingError(error, 'worker_died') || failures >= MAX_RETRIES || !canRetry()) throw error;
    }
  }
}
