import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Limiter } from '../../../src/util/concurrency.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../../support/catch-error.js';

const { signal } = new AbortController();

describe('a limiter', () => {
  test('lets as many in as it is wide, the others in their order', async () => {
    const limiter = new Limiter(2);
    const tasks = [0, 1, 2, 3].map(() => createDeferred<number>());
    const started: number[] = [];
    const results = tasks.map((task, index) =>
      limiter.run(signal, () => {
        started.push(index);
        return task.promise;
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    tasks[1]?.resolve(10);
    expect(await results[1]).toBe(10);
    tasks.forEach((task, index) => {
      task.resolve(index);
    });
    expect(await Promise.all(results)).toEqual([0, 10, 2, 3]);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  test('gives a place back when a task fails, and when one that waits gives up', async () => {
    const limiter = new Limiter(1);
    const first = createDeferred<number>();
    const controller = new AbortController();
    const failing = catchRejection(limiter.run(signal, () => first.promise));
    const leaving = catchRejection(limiter.run(controller.signal, () => Promise.resolve(1)));
    const last = limiter.run(signal, () => Promise.resolve(2));
    controller.abort('enough');
    expect(await leaving).toBe('enough');
    first.reject('broken');
    expect(await failing).toBe('broken');
    expect(await last).toBe(2);
    expect(await limiter.run(signal, () => Promise.resolve(3))).toBe(3);
  });

  test('passes its turn on when it comes and goes in the same moment', async () => {
    const limiter = new Limiter(1);
    const first = createDeferred<number>();
    const running = limiter.run(signal, () => first.promise);
    const controller = new AbortController();
    const leaving = catchRejection(limiter.run(controller.signal, () => Promise.resolve(1)));
    controller.abort('enough');
    first.resolve(0);
    await Promise.all([running, leaving]);
    expect(await limiter.run(signal, () => Promise.resolve(3))).toBe(3);
  });

  test('never starts a task under a signal that has aborted', async () => {
    expect(await catchRejection(new Limiter(1).run(AbortSignal.abort('early'), () => Promise.resolve(1)))).toBe(
      'early',
    );
  });

  test('of one task runs one after the other, also after one that failed', async () => {
    const limiter = new Limiter(1);
    const first = createDeferred<string>();
    const order: string[] = [];
    const answers = [
      catchRejection(limiter.run(signal, () => first.promise)),
      limiter.run(signal, () => {
        order.push('second');
        return Promise.resolve('second');
      }),
    ];
    order.push('waiting');
    first.reject('broken');
    expect(await Promise.all(answers)).toEqual(['broken', 'second']);
    expect(order).toEqual(['waiting', 'second']);
  });

  test('lets nobody overtake when one that waits gives up', async () => {
    const limiter = new Limiter(1);
    const first = createDeferred<string>();
    const order: string[] = [];
    const one = limiter.run(signal, () => first.promise).then(() => order.push('first'));
    const controller = new AbortController();
    const two = catchRejection(limiter.run(controller.signal, () => Promise.resolve(order.push('second'))));
    const three = limiter.run(signal, () => Promise.resolve(order.push('third')));
    controller.abort('enough');
    expect(await two).toBe('enough');
    expect(order).toEqual([]);
    first.resolve('done');
    await Promise.all([one, three]);
    expect(order).toEqual(['first', 'third']);
  });

  test('runs every task that nobody gave up, in order and no more at once than it is wide', async () => {
    const tasks = fc.array(fc.boolean(), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), tasks, fc.integer({ min: 1, max: 4 }), async (scheduler, areGivenUp, width) => {
        const limiter = new Limiter(width);
        const started: number[] = [];
        let running = 0;
        const outcomes = areGivenUp.map((isGivenUp, index) => {
          const controller = new AbortController();
          if (isGivenUp) {
            void scheduler.schedule(Promise.resolve()).then(() => {
              controller.abort('enough');
            });
          }
          return limiter
            .run(controller.signal, async () => {
              started.push(index);
              running += 1;
              expect(running).toBeLessThanOrEqual(width);
              await scheduler.schedule(Promise.resolve());
              running -= 1;
              return 'done';
            })
            .catch((reason: unknown) => reason);
        });
        await scheduler.waitFor(Promise.all(outcomes));
        await scheduler.waitIdle();
        for (const [index, outcome] of (await Promise.all(outcomes)).entries()) {
          expect(outcome).toBe(started.includes(index) ? 'done' : 'enough');
          expect(started.includes(index) || areGivenUp[index]).toBe(true);
        }
        expect(started).toEqual(started.toSorted((a, b) => a - b));
        expect(await limiter.run(signal, () => Promise.resolve('free'))).toBe('free');
      }),
    );
  });
});
