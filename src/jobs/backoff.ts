/** Waits longer after each failure, and no longer than there is a reason to. */
import { startDeadline } from '../util/deadline.js';
import { pause } from '../util/pause.js';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** The waits between the tries of one piece of work. */
export class Backoff {
  #failures = 0;

  /** Tries that have failed since the last {@link reset}. */
  get failures(): number {
    return this.#failures;
  }

  /** The work has got somewhere. */
  reset(): void {
    this.#failures = 0;
  }

  /**
   * Resolves when it is worth another try: after a while, at once when the browser is online again or the page is shown again.
   *
   * @throws the signal's reason.
   */
  async wait(signal: AbortSignal): Promise<void> {
    this.#failures += 1;
    await untilWorthwhile(delayMs(this.#failures, Math.random()), signal);
  }
}

/**
 * How long to wait after so many failures in a row.
 *
 * @param random - 0 to 1: tabs that failed together don't come back together.
 */
export function delayMs(failures: number, random: number): number {
  return Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS) * (0.5 + random / 2);
}

/** So long, or until the browser is online again or the page is shown again. @throws the signal's reason. */
export async function untilWorthwhile(ms: number, signal: AbortSignal): Promise<void> {
  const wait = startDeadline(signal, undefined);
  const wake = (): void => {
    wait.cancel(undefined);
  };
  const wakeWhenShown = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  // A worker has no document.
  const page = typeof document === 'object' ? document : undefined;
  addEventListener('online', wake);
  page?.addEventListener('visibilitychange', wakeWhenShown);
  await pause(ms, wait.signal);
  removeEventListener('online', wake);
  page?.removeEventListener('visibilitychange', wakeWhenShown);
  wait.clear();
  signal.throwIfAborted();
}
