import { expect, test } from 'vitest';
import { Gate } from '../../../src/targets/remote/http/gate.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../../support/catch-error.js';
import { NEVER } from '../targets/remote/support.js';

test('lets as many in as it is wide, the others in their order', async () => {
  const gate = new Gate(2);
  const tasks = [0, 1, 2, 3].map(() => createDeferred<number>());
  const started: number[] = [];
  const results = tasks.map((task, index) =>
    gate.run(NEVER, () => {
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
  const gate = new Gate(1);
  const first = createDeferred<number>();
  const controller = new AbortController();
  const failing = catchRejection(gate.run(NEVER, () => first.promise));
  const leaving = catchRejection(gate.run(controller.signal, () => Promise.resolve(1)));
  const last = gate.run(NEVER, () => Promise.resolve(2));
  controller.abort('enough');
  expect(await leaving).toBe('enough');
  first.reject('broken');
  expect(await failing).toBe('broken');
  expect(await last).toBe(2);
  expect(await gate.run(NEVER, () => Promise.resolve(3))).toBe(3);
});

test('passes its turn on when it comes and goes in the same moment', async () => {
  const gate = new Gate(1);
  const first = createDeferred<number>();
  const running = gate.run(NEVER, () => first.promise);
  const controller = new AbortController();
  const leaving = catchRejection(gate.run(controller.signal, () => Promise.resolve(1)));
  controller.abort('enough');
  first.resolve(0);
  await Promise.all([running, leaving]);
  expect(await gate.run(NEVER, () => Promise.resolve(3))).toBe(3);
});

test('never starts a task under a signal that has aborted', async () => {
  expect(await catchRejection(new Gate(1).run(AbortSignal.abort('early'), () => Promise.resolve(1)))).toBe('early');
});
