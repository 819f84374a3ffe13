/** Several workers on one queue: more under load, the same vectors, nothing lost when some of them end. */
import type { EmbeddingClient, EmbeddingClientOptions } from 'inpage-embeddings';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { startClient as startAnyClient } from '../support/client.js';
import { createRandom } from '../support/random.js';
import { expectMeans, pickTexts, type SentRequest } from '../support/random-texts.js';
import { RUNTIMES } from '../support/runtimes.js';
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
  await expect.poll(countLivingWorkers).toBe(1);
  const controller = new AbortController();
  const call = client.embeddings.create({ input: FLOOD }, { signal: controller.signal }).catch(() => undefined);
  await expect.poll(countLivingWorkers).toBe(2);
  return {
    end: async () => {
      controller.abort();
      await call;
    },
  };
}

describe.each(RUNTIMES)('on %s', (runtime) => {
  const startClient = (options?: EmbeddingClientOptions): EmbeddingClient => startAnyClient({ runtime, ...options });

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
    // On a busy machine even a few texts are work enough for another worker; one text never is.
    for (const input of ['one query', 'another query', 'a third']) await client.embeddings.create({ input });
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

  test('replaces another worker that is ended before its first word', async () => {
    globalThis.Worker = class extends globalThis.Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (workers.length === 2) this.terminate();
      }
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const flooded = flood(startClient({ workers: 2 }));
    await expect.poll(() => workers.length).toBe(2);
    await vi.advanceTimersByTimeAsync(20_000);
    const { end } = await flooded;
    expect(workers).toHaveLength(3);
    await end();
  });

  test('lets the other worker go when it has had no work for a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const client = startClient({ workers: 2 });
    const { end } = await flood(client);
    await end();
    // Its time begins once it has loaded and found nothing to do. Loading takes real time, and is no silence of minutes.
    const letTimePass = (): Promise<number> => {
      vi.advanceTimersByTime(20_000);
      return countLivingWorkers();
    };
    expect(await countLivingWorkers()).toBe(2);
    await expect.poll(letTimePass, { interval: 500, timeout: 10_000 }).toBe(1);
    expect((await client.embeddings.create({ input: 'still here' })).data).toHaveLength(1);
  });
});

/** Asks 1,000 times while workers are ended at random: one that works, one that loads, one that is gone already. */
async function askWhileWorkersEnd(client: EmbeddingClient): Promise<SentRequest[]> {
  await client.embeddings.create({ input: 'one' });
  const random = createRandom(7);
  let answered = 0;
  const requests = Array.from({ length: 1000 }, () => {
    const input = pickTexts(random, 8);
    const priority = random() < 0.5 ? 'interactive' : 'bulk';
    const answer = client.embeddings.create({ input }, { priority }).finally(() => {
      answered += 1;
      if (random() < 0.03) workers[Math.floor(random() * workers.length)]?.terminate();
      if (random() < 0.01) workers.at(-1)?.terminate();
    });
    return { input, answer };
  });
  await Promise.all(requests.map(({ answer }) => answer));
  expect(answered).toBe(1000);
  expect(workers.length).toBeGreaterThan(3);
  return requests;
}

describe('answers 1,000 requests once each, right and in order, while workers are ended at random', () => {
  const options = { device: 'wasm', maxRetries: 10, workers: 2 } as const;

  test('on onnxruntime', async () => {
    const client = startAnyClient({ ...options, hub: inject('hubUrl'), model: 'tests/mean', runtime: 'onnxruntime' });
    await expectMeans(await askWhileWorkersEnd(client));
  });

  test('on kernel, to the bit', async () => {
    const requests = await askWhileWorkersEnd(startAnyClient({ ...options, runtime: 'kernel' }));
    const texts = [...new Set(requests.flatMap(({ input }) => input))];
    const quiet = startAnyClient({ ...options, runtime: 'kernel', workers: 1 });
    const { data } = await quiet.embeddings.create({ input: texts });
    const expected = new Map(texts.map((text, index) => [text, data[index]?.embedding]));
    for (const { input, answer } of requests) {
      const rows = (await answer).data;
      expect(rows.map(({ index }) => index)).toEqual(input.map((_, index) => index));
      expect(rows.map(({ embedding }) => embedding)).toEqual(input.map((text) => expected.get(text)));
    }
  });
});
