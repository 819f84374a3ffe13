/** Several workers on one queue: more under load, the same vectors, nothing lost when some of them end. */
import type { EmbeddingClient } from 'inpage-embeddings';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startClient } from '../support/client.js';
import { countLivingWorkers, watchWorkers } from '../support/watch-workers.js';

const workers = watchWorkers();

const TEXTS = Array.from(
  { length: 100 },
  (_, index) => `note ${index} about the weather, a journey and what was eaten`,
);

/** More work than even a fast device does before another worker pays. */
const FLOOD = Array.from({ length: 2048 }, (_, index) => `${index} and then something else happened `.repeat(30));

/** Floods a client until `end` is called; resolves once another worker has started. */
async function flood(client: EmbeddingClient): Promise<{ end: () => Promise<void> }> {
  await client.embeddings.create({ input: 'first' });
  // The workers of the test before may take a while to go, on a busy machine.
  await expect.poll(countLivingWorkers, { timeout: 60_000 }).toBe(1);
  const controller = new AbortController();
  const call = client.embeddings.create({ input: FLOOD }, { signal: controller.signal }).catch(() => undefined);
  await expect.poll(countLivingWorkers, { timeout: 60_000 }).toBe(2);
  return {
    end: async () => {
      controller.abort();
      await call;
    },
  };
}

test('starts another worker while much work waits, and gives the vectors that one gives', async () => {
  const pool = startClient({ workers: 2 });
  const { end } = await flood(pool);
  const many = await pool.embeddings.create({ input: TEXTS }, { priority: 'interactive' });
  await end();
  // A third one, for calls that would wait behind the flood.
  expect(workers.length).toBeLessThanOrEqual(3);
  const one = await startClient({ workers: 1 }).embeddings.create({ input: TEXTS });
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
  const { end } = await flood(client);
  await end();
  expect(workers).toHaveLength(2);
  expect(phases.filter((phase) => phase === 'ready')).toHaveLength(1);
  expect(phases.at(-1)).toBe('ready');
});

test('lets the other worker go when it has had no work for a while', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const client = startClient({ workers: 2 });
  const { end } = await flood(client);
  await end();
  // Its time begins once it has loaded and found nothing to do.
  const letTimePass = (): Promise<number> => {
    vi.advanceTimersByTime(20_000);
    return countLivingWorkers();
  };
  expect(await countLivingWorkers()).toBe(2);
  await expect.poll(letTimePass, { timeout: 60_000 }).toBe(1);
  expect((await client.embeddings.create({ input: 'still here' })).data).toHaveLength(1);
});

test('answers every call once and right although workers are ended at random', async () => {
  const alone = startClient({ workers: 1 });
  const expected = await alone.embeddings.create({ input: TEXTS });
  alone.dispose();
  const client = startClient({ workers: 2 });
  const { end: endFlood } = await flood(client);
  const random = createRandom(7);
  const end = setInterval(() => {
    workers[Math.floor(random() * workers.length)]?.terminate();
  }, 400);
  const calls = Array.from({ length: 60 }, () => {
    const start = Math.floor(random() * 60);
    const size = 1 + Math.floor(random() * 40);
    return {
      start,
      size,
      call: client.embeddings.create({ input: TEXTS.slice(start, start + size) }, { priority: 'interactive' }),
    };
  });
  const outcomes = await Promise.allSettled(calls.map(({ call }) => call));
  clearInterval(end);
  await endFlood();
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
