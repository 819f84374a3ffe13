/** The key of a provider: checked, asked for when needed, never shown. */
import { AuthenticationError, BadRequestError } from '../../../errors/errors.js';
import { startDeadline, waitUnder } from '../../../util/deadline.js';
import { describe } from '../../../util/check-value.js';

/** A key, or a function that gives one; the function is asked before every HTTP request. */
export type ApiKey = string | (() => string | Promise<string>);

/** What a header can hold: anything else would make `fetch` throw, with the key in its message. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** Refuses what can't be a key. @throws BadRequestError with `param` `apiKey`. */
export function checkApiKey(apiKey: unknown, isRequired: boolean): void {
  if (apiKey === undefined && !isRequired) return;
  if (apiKey === undefined) {
    const message = `Missing required option: 'apiKey'. Pass a key, or a function that gives one.`;
    throw new BadRequestError('missing_required_parameter', message, { param: 'apiKey' });
  }
  if (typeof apiKey !== 'function') checkKey(apiKey);
}

/** Warns of a key that every visitor of the page can read. @param param - the option that holds it. */
export function warnOfKey(param: string, id: string): void {
  if (!('document' in globalThis)) return;
  console.warn(
    `${id}(): everyone who opens this page can read a key that stands in '${param}'. Pass a function as 'apiKey' that gets a short-lived token from your server, or point 'baseURL' at a proxy of your own. If the key may be public, pass dangerouslyAllowBrowser: true.`,
  );
}

/**
 * The key for the next request.
 *
 * @throws AuthenticationError when the function fails or takes too long: its own error isn't passed on, since it may hold
 *   what it was given; BadRequestError when it gives no key; the signal's reason.
 */
export async function askForKey(
  apiKey: ApiKey | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (typeof apiKey !== 'function') return apiKey;
  const deadline = startDeadline(signal, timeoutMs);
  try {
    const key = await waitUnder(
      deadline.signal,
      new Promise<unknown>((resolve) => {
        resolve(apiKey());
      }),
    );
    checkKey(key);
    return key as string;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof BadRequestError) throw error;
    const name = error instanceof Error ? error.name : describe(error);
    const came = deadline.signal.aborted ? `gave none within ${String(timeoutMs)} ms` : `failed with ${name}`;
    const message = `Expected a key from the function in 'apiKey', but it ${came}. Nothing was sent.`;
    throw new AuthenticationError('authentication_failed', message);
  } finally {
    deadline.clear();
  }
}

function checkKey(key: unknown): void {
  if (typeof key === 'string' && HEADER_SAFE.test(key)) return;
  const came = typeof key !== 'string' ? describe(key) : key === '' ? 'an empty string' : 'other characters';
  const message = `Expected 'apiKey' to be printable ASCII without spaces, or a function that gives it, but got ${came}.`;
  throw new BadRequestError(typeof key === 'string' ? 'invalid_value' : 'invalid_type', message, { param: 'apiKey' });
}
