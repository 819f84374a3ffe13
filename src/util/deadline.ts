/** One signal for the two ways a caller ends a wait: its own signal and its time limit. */
import { APIConnectionTimeoutError } from '../errors/errors.js';

/** A signal to wait under; `clear` must be called when the wait is over. */
export interface Deadline {
  /** Aborts with the caller's own reason, or with `APIConnectionTimeoutError`. */
  readonly signal: AbortSignal;
  readonly clear: () => void;
  /** Ends the wait for a reason of one's own, and clears. */
  readonly cancel: (reason: unknown) => void;
}

/** A longer wait than this, 24 days, makes setTimeout fire at once. Source: HTML standard, timers take a signed 32-bit long. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A signal that follows `signal` and aborts after `timeoutMs`, whichever comes first. */
export function startDeadline(signal: AbortSignal | undefined, timeoutMs: number | undefined): Deadline {
  const controller = new AbortController();
  const follow = (): void => {
    controller.abort(signal?.reason);
  };
  if (signal?.aborted === true) follow();
  signal?.addEventListener('abort', follow, { once: true });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(
          () => {
            controller.abort(timeoutError(timeoutMs));
          },
          Math.min(timeoutMs, LONGEST_TIMER_MS),
        );
  const clear = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', follow);
  };
  return {
    signal: controller.signal,
    clear,
    cancel: (reason) => {
      clear();
      controller.abort(reason);
    },
  };
}

/** The promise's value, or the signal's reason as soon as it aborts; what the promise does later is ignored. */
export async function waitUnder<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let follow: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    follow = (): void => {
      // A caller's reason may be anything.
      reject(signal.reason as Error);
    };
    if (signal.aborted) follow();
    else signal.addEventListener('abort', follow, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (follow) signal.removeEventListener('abort', follow);
  }
}

function timeoutError(timeoutMs: number): APIConnectionTimeoutError {
  const message = `Expected an answer within ${String(timeoutMs)} ms, but none came. Allow more time for the first call, which loads the model.`;
  return new APIConnectionTimeoutError('timeout', message);
}
