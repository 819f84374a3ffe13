/** Several workers on one queue: more under load, the same vectors, nothing lost when some of them end. */
import { expect, test, vi } from 'vitest';
import { startClient } from './support.js';
import { countLivingWorkers, watchWorkers } from './watch-workers.js';

const workers = watchWorkers();

/** Several seconds of work for one worker. */
const TEXTS = Array.from(
  { length: 800 },
  (_, index) => `note ${index} about the weather, a journey and what was eaten`,
);

test('starts another worker while much work waits, and gives the vectors that one gives', async () => {
  const pool = startClient({ workers: 2 });
  const many = await pool.embeddings.create({ input: TEXTS });
  expect(workers).toHaveLength(2);
  const one = await startClient({ workers: 1 }).embeddings.create({ input: TEXTS });
  expect(workers).toHaveLength(3);
  expect(many.data).toEqual(one.data);
});

test('keeps to one worker for a query', async () => {
  const client = startClient({ workers: 2 });
  await client.embeddings.create({ input: 'one query' });
  await client.embeddings.create({ input: TEXTS.slice(0, 20) });
  expect(workers).toHaveLength(1);
});

test('tells how the model loads only once', async () => {
  const client = startClient({ workers: 2 });
  const phases: string[] = [];
  client.on('model-progress', ({ phase }) => phases.push(phase));
  await client.embeddings.create({ input: TEXTS });
  expect(workers).toHaveLength(2);
  expect(phases.filter((phase) => phase === 'ready')).toHaveLength(1);
  expect(phases.at(-1)).toBe('ready');
});

test('lets the other worker go when it has had no work for a while', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const client = startClient({ workers: 2 });
  await client.embeddings.create({ input: TEXTS });
  expect(await countLivingWorkers()).toBe(2);
  vi.advanceTimersByTime(20_000);
  vi.useRealTimers();
  await expect.poll(countLivingWorkers).toBe(1);
  expect((await client.embeddings.create({ input: 'still here' })).data).toHaveLength(1);
});

test('answers every call once and right although workers are ended at random', async () => {
  const client = startClient({ workers: 2 });
  const expected = await client.embeddings.create({ input: TEXTS });
  const random = createRandom(7);
  const end = setInterval(() => {
    workers[Math.floor(random() * workers.length)]?.terminate();
  }, 400);
  const calls = Array.from({ length: 60 }, (_, index) => {
    const start = Math.floor(random() * 700);
    const size = 1 + Math.floor(random() * 40);
    return { start, size, call: client.embeddings.create({ input: TEXTS.slice(start, start + size) }), index };
  });
  const outcomes = await Promise.allSettled(calls.map(({ call }) => call));
  clearInterval(end);
  for (const [index, outcome] of outcomes.entries()) {
    const { start = 0, size = 0 } = calls[index] ?? {};
    // A call whose input was in two workers that ended is told so; every other one is answered.
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'worker_died' });
    else {
      const vectors = expected.data.slice(start, start + size).map(({ embedding }) => embedding);
      expect(outcome.value.data.map(({ embedding }) => embedding)).toEqual(vectors);
    }
  }
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
  expect((await client.embeddings.create({ input: 'still here' })).data).toHaveLength(1);
});

/** The same numbers in [0, 1) every time. Source: Park and Miller, "Random number generators", 1988. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
