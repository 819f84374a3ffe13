/** Says which of a call's inputs an error is about, as the call counts them. Pure. */
import { isEmbeddingError, type EmbeddingError } from '../errors/errors.js';

/** A parameter's name as messages have it: with a position once there are several. */
const INPUT = /'input(\[\d+\])?'/;

/** The error with `index`, and with the position in its message where the call has several inputs. */
export function nameInput(error: EmbeddingError, index: number, inputs: number): EmbeddingError {
  const { code, message, param, url, stack, cause } = error;
  // Its class takes what this one does: errors about one input are made by the worker.
  const { constructor: ErrorClass } = error as unknown as { readonly constructor: typeof EmbeddingError };
  const named = new ErrorClass(code, inputs > 1 ? message.replace(INPUT, `'input[${index}]'`) : message, {
    index,
    ...(param !== undefined && { param }),
    ...(url !== undefined && { url }),
    ...(cause !== undefined && { cause }),
  });
  if (stack !== undefined) named.stack = stack;
  return named;
}

/** What `answering` a part of a call gives. An error about one of its inputs counts from the call's first. */
export async function shiftInput<T>(answering: Promise<T>, start: number): Promise<T> {
  try {
    return await answering;
  } catch (error) {
    if (start === 0 || !isEmbeddingError(error) || error.index === undefined) throw error;
    throw nameInput(error, start + error.index, Infinity);
  }
}
