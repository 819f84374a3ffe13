/** Whether to try again, and when. Pure. */

/** How one attempt failed. */
export interface FailedTry {
  /** `status`: an answer came, of another status than asked for. `cut`: it broke off. `timeout`: none came in time. */
  readonly kind: 'status' | 'connection' | 'cut' | 'timeout';
  /** With `status`. */
  readonly status?: number;
  /** With `status`. */
  readonly headers?: Headers;
}

/** What the wait depends on besides the failure. */
export interface RetryTerms {
  /** 0 for the first try. */
  readonly tries: number;
  readonly maxRetries: number;
  /**
   * `always`: asking twice does no harm but costs. `unaccepted`: only when the server says that it didn't accept the request,
   * since it would do the work twice.
   */
  readonly when: 'always' | 'unaccepted';
  /** Milliseconds since 1970. */
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

/** Waits in milliseconds. Source: openai-node, `retryRequest` and `calculateDefaultRetryTimeoutMillis`. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** Up to a quarter is taken off, so that clients that failed together don't come back together. */
const JITTER = 0.25;
/** A server that asks for more is left alone. */
const LONGEST_ASKED_MS = 60_000;

/** Trying again can't change these. Source: Segmind's API, "Common Error Codes"; RFC 9110 section 15.5. */
const FINAL = new Set([400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 501]);

/** Milliseconds to wait before the next try; undefined when there must be none. */
export function planRetry(failure: FailedTry, terms: RetryTerms): number | undefined {
  if (terms.tries >= terms.maxRetries || !isWorthwhile(failure, terms.when)) return undefined;
  const asked = failure.headers ? readAskedWait(failure.headers, terms.now) : undefined;
  if (asked !== undefined) return asked <= LONGEST_ASKED_MS ? asked : undefined;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** terms.tries, LONGEST_WAIT_MS);
  return wait * (1 - JITTER * terms.random);
}

function isWorthwhile({ kind, status = 0, headers }: FailedTry, when: RetryTerms['when']): boolean {
  // 429 and 503 say that the request was turned away. A broken connection doesn't say what became of it.
  if (when === 'unaccepted') return status === 429 || status === 503;
  if (kind !== 'status') return true;
  if (FINAL.has(status)) return false;
  // Source: openai-node, `shouldRetry`: the server knows best.
  const advice = headers?.get('x-should-retry');
  if (advice === 'true' || advice === 'false') return advice === 'true';
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** Source: RFC 9110 section 10.2.3, seconds or a date; `retry-after-ms` as openai-node reads it. */
function readAskedWait(headers: Headers, now: number): number | undefined {
  const milliseconds = readNumber(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = readNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  // Engines make dates of the oddest texts; an HTTP date has a time.
  const date = /\d\d:\d\d:\d\d/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readNumber(value: string | null): number | undefined {
  return value !== null && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
