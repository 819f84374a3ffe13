import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDeferred } from '../../../src/util/deferred.js';
import { mapInOrder } from '../../../src/util/concurrency.js';
import { catchRejection } from '../../support/catch-error.js';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Lets every promise that can settle do so. */
function settleAll(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('mapInOrder', () => {
  test('counts an item by its weight, and reads on as long as there is room', async () => {
    const begun: number[] = [];
    const answers = [5, 5, 5, 1].map(() => createDeferred<undefined>());
    const mapped = mapInOrder(
      [5, 5, 5, 1],
      8,
      async (weight, index) => {
        begun.push(weight);
        await answers[index]?.promise;
        return weight;
      },
      (weight) => weight,
    );
    const first = mapped.next();
    await settleAll();
    expect(begun).toEqual([5, 5]);
    answers[0]?.resolve(undefined);
    expect((await first).value).toBe(5);
    const second = mapped.next();
    await settleAll();
    expect(begun).toEqual([5, 5, 5]);
    for (const answer of answers) answer.resolve(undefined);
    expect([(await second).value, (await mapped.next()).value, (await mapped.next()).value]).toEqual([5, 5, 1]);
  });

  test('gives every result once and in order, with no more tasks under way than allowed, however long they take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.integer(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        async (scheduler, items, width) => {
          let running = 0;
          let most = 0;
          const results = collect(
            mapInOrder(items, width, async (item, index) => {
              running += 1;
              most = Math.max(most, running);
              await scheduler.schedule(Promise.resolve());
              running -= 1;
              return [item, index];
            }),
          );
          await scheduler.waitFor(results);
          expect(await results).toEqual(items.map((item, index) => [item, index]));
          expect(most).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('reads a source no further than it works', async () => {
    let read = 0;
    function* count(): Generator<number> {
      for (;;) yield read++;
    }
    const results = mapInOrder(count(), 3, (item) => Promise.resolve(item));
    expect((await results.next()).value).toBe(0);
    expect(read).toBeLessThanOrEqual(4);
    await results.return();
  });

  test('gives what is ready while the source makes one wait', async () => {
    const later = createDeferred<undefined>();
    async function* slow(): AsyncGenerator<string> {
      yield 'now';
      await later.promise;
      yield 'later';
    }
    const results = mapInOrder(slow(), 4, (item) => Promise.resolve(item));
    expect(await results.next()).toEqual({ done: false, value: 'now' });
    later.resolve(undefined);
    expect(await results.next()).toEqual({ done: false, value: 'later' });
  });

  test("fails with a task's error after the results before it, and closes the source", async () => {
    let isClosed = false;
    function* source(): Generator<number> {
      try {
        for (let item = 0; ; item++) yield item;
      } finally {
        isClosed = true;
      }
    }
    const results = mapInOrder(source(), 4, (item) =>
      item === 2 ? Promise.reject(new Error('third')) : Promise.resolve(item),
    );
    expect([(await results.next()).value, (await results.next()).value]).toEqual([0, 1]);
    expect(await catchRejection(results.next())).toMatchObject({ message: 'third' });
    await settleAll();
    expect(isClosed).toBe(true);
  });

  test("fails with the source's own error", async () => {
    async function* source(): AsyncGenerator<number> {
      yield 1;
      await Promise.resolve();
      throw new Error('no more');
    }
    expect(await catchRejection(collect(mapInOrder(source(), 2, (item) => Promise.resolve(item))))).toMatchObject({
      message: 'no more',
    });
  });

  test('closes the source when the reader stops', async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<number> {
      try {
        for (let item = 0; ; item++) yield await Promise.resolve(item);
      } finally {
        isClosed = true;
      }
    }
    for await (const item of mapInOrder(source(), 2, (value) => Promise.resolve(value))) if (item === 3) break;
    await settleAll();
    expect(isClosed).toBe(true);
  });
});
