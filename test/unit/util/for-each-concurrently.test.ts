import { describe, expect, test } from 'vitest';
import { forEachConcurrently } from '../../../src/util/concurrency.js';
import { catchRejection } from '../../support/catch-error.js';

/** Lets promises that need no more than turns of the event loop settle. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('forEachConcurrently', () => {
  test('works on every item once, with so many under way', async () => {
    const seen: number[] = [];
    let running = 0;
    let most = 0;
    await forEachConcurrently([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running);
      await settle();
      running -= 1;
      seen.push(item);
    });
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  test('reads an asynchronous source too', async () => {
    async function* read(): AsyncGenerator<number> {
      for (const item of [1, 2, 3]) {
        await settle();
        yield item;
      }
    }
    const seen: number[] = [];
    await forEachConcurrently(read(), 4, (item) => {
      seen.push(item);
      return Promise.resolve();
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('begins nothing after a failure, which it rejects with', async () => {
    const seen: number[] = [];
    const work = forEachConcurrently([1, 2, 3, 4, 5], 2, async (item) => {
      seen.push(item);
      if (item === 1) throw new Error('broken');
      await settle();
    });
    expect(await catchRejection(work)).toMatchObject({ message: 'broken' });
    await settle();
    expect(seen).toEqual([1, 2]);
  });
});
