/** One after the other. */
import { waitUnder } from '../util/deadline.js';

/** Lets one piece of work run at a time, in the order they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** What `work` gives when its turn has come. @throws the signal's reason when it aborts before. */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const turn = waitUnder(signal, before).then(work);
    // Whoever gave up while waiting mustn't let the next one overtake the one before.
    this.#last = Promise.allSettled([before, turn]);
    return turn;
  }
}
