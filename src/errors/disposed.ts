/** What everything says that a client's end has ended. */
import { EmbeddingError } from './errors.js';

/** The error for calls of a client that was disposed of, under way or later. */
export function disposedError(): EmbeddingError {
  return new EmbeddingError('disposed', 'This client has been disposed of. Make a new one.');
}
