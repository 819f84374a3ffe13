/** A limit to how much is under way at once. */
import { waitUnder } from '../../../util/deadline.js';
import { createDeferred, type Deferred } from '../../../util/deferred.js';

/** Lets a number of tasks in at once, the others in the order they came. */
export class Gate {
  #free: number;
  readonly #waiting: Deferred<undefined>[] = [];

  /** @param width - how many tasks may be under way. */
  constructor(width: number) {
    this.#free = width;
  }

  /** The task's own outcome. Rejects with the signal's reason when it aborts before the task's turn. */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const turn = createDeferred<undefined>();
    this.#waiting.push(turn);
    try {
      await waitUnder(signal, turn.promise);
    } catch (reason) {
      const place = this.#waiting.indexOf(turn);
      // Gone from the list, it had its turn in the same moment and passes it on.
      if (place === -1) this.#leave();
      else this.#waiting.splice(place, 1);
      throw reason;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next.resolve(undefined);
    else this.#free += 1;
  }
}
