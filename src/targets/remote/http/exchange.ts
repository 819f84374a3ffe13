/** One HTTP exchange under a time limit, up to the last byte of the answer. */
import { APIConnectionError, APIConnectionTimeoutError, type EmbeddingError } from '../../../errors/errors.js';
import { startDeadline, waitUnder } from '../../../util/deadline.js';
import type { Platform } from './platform.js';
import { readBody } from './read-body.js';
import type { FailedTry } from '../../../util/retry-policy.js';

/** An answer of any status, read to its end. A redirect has status 0 in browsers, and its own in Node. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  /** Empty when the body is longer than any answer can be. */
  readonly text: string;
  readonly isTooLong: boolean;
}

/** No answer. */
export interface NoReply extends FailedTry {
  readonly kind: 'connection' | 'cut' | 'timeout';
  readonly error: EmbeddingError;
}

/** The terms of one exchange. */
export interface ExchangeTerms {
  /** Named in errors. */
  readonly host: string;
  readonly timeoutMs: number;
  /** No more of an answer is read. */
  readonly maxBytes: number;
  /** Ends the exchange; it rejects with its reason. */
  readonly signal: AbortSignal;
}

/** The answer, or why there is none. Errors have no cause: what `fetch` throws can hold the request's headers. */
export async function exchange(
  platform: Platform,
  url: string,
  init: RequestInit,
  { host, timeoutMs, maxBytes, signal }: ExchangeTerms,
): Promise<HttpReply | NoReply> {
  const deadline = startDeadline(signal, timeoutMs);
  let kind: 'connection' | 'cut' = 'connection';
  try {
    // The wait ends by the signal even where an app's own `fetch` doesn't follow it.
    const exchange = async (): Promise<HttpReply> => {
      const response = await platform.fetch(url, { ...init, signal: deadline.signal });
      kind = 'cut';
      return { status: response.status, headers: response.headers, ...(await readBody(response, maxBytes)) };
    };
    return await waitUnder(deadline.signal, exchange());
  } catch {
    // Whatever fetch throws in a page is a TypeError without a cause: it tells nothing more.
    if (signal.aborted) throw signal.reason;
    if (deadline.signal.aborted) return { kind: 'timeout', error: timeoutError(host, timeoutMs) };
    return { kind, error: connectionError(host, kind) };
  } finally {
    deadline.clear();
  }
}

function timeoutError(host: string, timeoutMs: number): APIConnectionTimeoutError {
  const message = `Expected an answer from ${host} within ${String(timeoutMs)} ms, but none came. Raise 'timeoutMs', or send less at once.`;
  return new APIConnectionTimeoutError('timeout', message);
}

function connectionError(host: string, kind: 'connection' | 'cut'): APIConnectionError {
  const message =
    kind === 'cut'
      ? `Expected the whole of an answer from ${host}, but it broke off. Try again.`
      : `Couldn't reach ${host}. Check the network, that the server allows this page's origin and headers (CORS), the page's Content-Security-Policy, and that an https: page asks no http: server.`;
  return new APIConnectionError('connection_failed', message);
}
