/** A time limit that can be started anew. */

/** Calls back once when nothing has started it again for so long. */
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
    if (!this.#isStopped) this.#timer = setTimeout(this.#onExpired, limitMs);
  }

  /** Ends it for good. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
