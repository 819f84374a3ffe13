/** Bounds what is under way at once: whoever calls, or over the items of a source. */
import { waitUnder } from './deadline.js';

/** Lets a number of tasks run at once, the others in the order they came; with a width of one it is a queue. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param width - how many tasks may be under way. */
  constructor(width: number) {
    this.#free = width;
  }

  /** The task's own outcome. Rejects with the signal's reason when it aborts before the task's turn. */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const turn = new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
    try {
      await waitUnder(signal, turn);
    } catch (reason) {
      // Whoever gave up passes its turn on when it comes.
      void turn.then(() => {
        this.#leave();
      });
      throw reason;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}

/**
 * Resolves when every item has been worked on, with at most `width` tasks under way; the source is read only as far as that.
 * After a task has failed no other begins; those under way are left to their signal.
 */
export async function forEachConcurrently<T>(
  source: AsyncIterable<T> | Iterable<T>,
  width: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = iterate(source);
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true && !hasFailed; next = await iterator.next()) {
      await task(next.value).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: width }, work));
}

/**
 * Results in the items' order, with at most `width` tasks under way, of which an item may count for several by its weight. The
 * source is read only as far as that, and a result is given as soon as it and all before it are there, even while the source
 * makes one wait.
 *
 * When a task or the source fails, or the reader stops, the source is closed; tasks under way are left to their signal.
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  width: number,
  task: (item: T, index: number) => Promise<R>,
  weigh: (item: T) => number = () => 1,
): AsyncGenerator<R, void, undefined> {
  const iterator = iterate(source);
  const running: { readonly result: Promise<R>; readonly weight: number }[] = [];
  let load = 0;
  let pull: Promise<IteratorResult<T>> | undefined;
  let index = 0;
  let isExhausted = false;
  try {
    for (;;) {
      if (!isExhausted && load < width) pull ??= settleLater(Promise.resolve(iterator.next()));
      const [oldest] = running;
      if (!pull && !oldest) return;
      const pulled = await firstOf(pull, oldest?.result);
      if (pulled === undefined) {
        void running.shift();
        load -= oldest?.weight ?? 0;
        yield (await oldest?.result) as R;
        continue;
      }
      pull = undefined;
      if (pulled.done === true) isExhausted = true;
      else {
        const weight = weigh(pulled.value);
        load += weight;
        running.push({ result: settleLater(task(pulled.value, index++)), weight });
      }
    }
  } finally {
    // Not awaited: a source that waits for something would keep its reader here.
    if (!isExhausted) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function iterate<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

/** The pulled item if it is there first, undefined if the result is. */
function firstOf<T>(
  pull: Promise<IteratorResult<T>> | undefined,
  result: Promise<unknown> | undefined,
): Promise<IteratorResult<T> | undefined> {
  const isThere = result?.then(() => undefined);
  if (!pull) return isThere ?? Promise.resolve(undefined);
  return isThere ? Promise.race([pull, isThere]) : pull;
}

/** The same promise; when it rejects before anybody waits for it, that isn't reported as unhandled. */
function settleLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
