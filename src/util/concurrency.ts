/** Works on several items at once and gives the results in the items' order. */

/**
 * Results in order, with at most `width` tasks under way, of which an item may count for several by its weight. The source is read only as far as that, and a result is given as
 * soon as it and all before it are there, even while the source makes one wait.
 *
 * When a task or the source fails, or the reader stops, the source is closed; tasks under way are left to their signal.
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  width: number,
  task: (item: T, index: number) => Promise<R>,
  weigh: (item: T) => number = () => 1,
): AsyncGenerator<R, void, undefined> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
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
