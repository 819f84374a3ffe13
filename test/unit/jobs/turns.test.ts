import { expect, test } from 'vitest';
import { Turns } from '../../../src/jobs/turns.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../../support/catch-error.js';

const { signal } = new AbortController();

test('Turns lets one piece of work run after the other, also after one that failed', async () => {
  const turns = new Turns();
  const first = createDeferred<string>();
  const order: string[] = [];
  const answers = [
    catchRejection(turns.take(signal, () => first.promise)),
    turns.take(signal, () => {
      order.push('second');
      return Promise.resolve('second');
    }),
  ];
  order.push('waiting');
  first.reject('broken');
  expect(await Promise.all(answers)).toEqual(['broken', 'second']);
  expect(order).toEqual(['waiting', 'second']);
});

test('Turns lets nobody overtake when one that waits gives up', async () => {
  const turns = new Turns();
  const first = createDeferred<string>();
  const order: string[] = [];
  const one = turns.take(signal, () => first.promise).then(() => order.push('first'));
  const controller = new AbortController();
  const two = catchRejection(turns.take(controller.signal, () => Promise.resolve(order.push('second'))));
  const three = turns.take(signal, () => Promise.resolve(order.push('third')));
  controller.abort('enough');
  expect(await two).toBe('enough');
  expect(order).toEqual([]);
  first.resolve('done');
  await Promise.all([one, three]);
  expect(order).toEqual(['first', 'third']);
});
