/** A time limit that counts only time in which this thread could run. */

/** A period is counted in so many steps: one that was slept through costs no more than itself. */
const STEPS = 4;
/** Pages that are hidden hear of a timer a second late, busy ones too; later than this nothing ran here. */
const OVERDUE_MS = 2000;

/**
 * Calls back once when nothing has started it again for so long.
 *
 * A device that sleeps, a page that is stopped or shows an alert stops whoever is waited for as well, while the clock may go
 * on. So the time is counted in steps. A step that ends long after it should have begins the whole period anew, once; any
 * other counts for no more than it was to last. Timers that are throttled therefore make it late, but never endless.
 */
export class Watchdog {
  readonly #onExpired: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(onExpired: () => void) {
    this.#onExpired = onExpired;
  }

  /** Begins to count, from zero if it did already; nothing after {@link stop}. */
  start(limitMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#wait(limitMs / STEPS, STEPS, true);
  }

  /** Counts no longer, until it is started again. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Ends it for good. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #wait(stepMs: number, steps: number, mayBeginAnew: boolean): void {
    const startedAt = performance.now();
    this.#timer = setTimeout(() => {
      const isOverdue = performance.now() - startedAt - stepMs > OVERDUE_MS;
      if (isOverdue && mayBeginAnew) this.#wait(stepMs, STEPS, false);
      else if (steps > 1) this.#wait(stepMs, steps - 1, mayBeginAnew);
      else this.#onExpired();
    }, stepMs);
  }
}
