/** Works on several items at once. */

/**
 * Resolves when every item has been worked on, at most `lanes` of them at a time; the source is read only as far as that. After
 * a task has failed no other begins; those under way are left to their signal.
 */
export async function runLanes<T>(
  source: AsyncIterable<T> | Iterable<T>,
  lanes: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let hasFailed = false;
  const runLane = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true && !hasFailed; next = await iterator.next()) {
      await task(next.value).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
}
