/** What happens to callers when a worker ends, a call is given up, or the client is disposed of. */
import {
  APIConnectionTimeoutError,
  WorkerDiedError,
  type EmbeddingClient,
  type EmbeddingClientOptions,
  type EngineDiedEvent,
} from 'inpage-embeddings';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { catchRejection, startClient as startAnyClient } from '../support/client.js';
import { RUNTIMES } from '../support/runtimes.js';
import { countLivingWorkers, watchWorkers } from '../support/watch-workers.js';

const workers = watchWorkers();

const TEXTS = Array.from({ length: 120 }, (_, index) => `sentence number ${index} about the weather in some town`);

describe.each(RUNTIMES)('on %s', (runtime) => {
  const startClient = (options?: EmbeddingClientOptions): EmbeddingClient => startAnyClient({ runtime, ...options });

  test('starts one worker as soon as there is a client', async () => {
    startClient();
    await expect.poll(countLivingWorkers).toBe(1);
    expect(workers).toHaveLength(1);
  });

  test('answers every call although its worker is ended under way', async () => {
    const client = startClient({ workers: 1 });
    const deaths: EngineDiedEvent[] = [];
    client.on('engine-died', (event) => deaths.push(event));
    const expected = await client.embeddings.create({ input: TEXTS });
    let hasEnded = false;
    const response = await client.embeddings.create(
      { input: TEXTS },
      {
        onProgress: ({ completed }) => {
          if (completed < 20 || hasEnded) return;
          hasEnded = true;
          workers.at(-1)?.terminate();
        },
      },
    );
    expect(response.data).toEqual(expected.data);
    expect(workers).toHaveLength(2);
    expect(deaths.map(({ error }) => error.code)).toEqual(['worker_died']);
  });

  test('answers although its worker is ended while it loads', async () => {
    const client = startClient();
    const deaths: EngineDiedEvent[] = [];
    client.on('engine-died', (event) => deaths.push(event));
    client.on('model-progress', ({ phase }) => {
      if (phase === 'start' && workers.length === 1) workers[0]?.terminate();
    });
    expect((await client.embeddings.create({ input: 'a' })).data).toHaveLength(1);
    expect(workers).toHaveLength(2);
    expect(deaths).toHaveLength(1);
  });

  test('tells the caller when workers keep ending', async () => {
    const client = startClient({ workers: 1 });
    await client.embeddings.create({ input: 'a' });
    const stop = client.on('model-progress', ({ phase }) => {
      // By now the worker is watched, and has answered nothing of this call.
      if (phase === 'ready') workers.at(-1)?.terminate();
    });
    workers.at(-1)?.terminate();
    const error = await catchRejection(client.embeddings.create({ input: TEXTS }));
    stop();
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error).toMatchObject({ code: 'worker_died', retryable: true });
    expect((await client.embeddings.create({ input: 'a' })).data).toHaveLength(1);
  });

  test('gives up on a worker that never answers, and the next call works', async () => {
    useFakeTimers();
    // As one that is ended before its script has run: what is asked of it is never read.
    const deaf = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(() => undefined);
    const client = startClient();
    await expect.poll(() => workers.length).toBe(1);
    const call = catchRejection(client.embeddings.create({ input: 'a' }));
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    deaf.mockRestore();
    expect(await call).toMatchObject({ name: 'ModelLoadError', code: 'worker_script_failed' });
    expect((await client.embeddings.create({ input: 'a' })).data).toHaveLength(1);
  });

  test('replaces a worker that is ended before its first word, since its script has come before', async () => {
    const client = startClient({ workers: 1 });
    const deaths: EngineDiedEvent[] = [];
    client.on('engine-died', (event) => deaths.push(event));
    const expected = await client.embeddings.create({ input: TEXTS });
    workers[0]?.terminate();
    await expect.poll(() => deaths.length).toBe(1);
    useFakeTimers();
    const deaf = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(() => undefined);
    const call = client.embeddings.create({ input: TEXTS });
    call.catch(() => undefined);
    await expect.poll(() => workers.length).toBe(2);
    deaf.mockRestore();
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();
    expect((await call).data).toEqual(expected.data);
    expect(deaths).toHaveLength(2);
    expect(workers).toHaveLength(3);
  });

  test('replaces a worker that stops answering, and answers its calls', async () => {
    const client = startClient({ workers: 1 });
    const deaths: EngineDiedEvent[] = [];
    client.on('engine-died', (event) => deaths.push(event));
    const expected = await client.embeddings.create({ input: TEXTS });
    useFakeTimers();
    // As in an endless loop: what is asked of it is never read.
    const [hanging] = workers;
    if (hanging) hanging.postMessage = () => undefined;
    const call = client.embeddings.create({ input: TEXTS });
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    expect((await call).data).toEqual(expected.data);
    expect(deaths.map(({ error }) => error.message)).toEqual([expect.stringContaining("didn't answer within")]);
    expect(workers).toHaveLength(2);
  });

  test('gives an input up over which two workers hang, and answers everything that was beside it', async () => {
    const client = startClient({ workers: 1 });
    const deaths: EngineDiedEvent[] = [];
    client.on('engine-died', (event) => deaths.push(event));
    const expected = await client.embeddings.create({ input: TEXTS });
    useFakeTimers();
    const batches = swallow('poison');
    const poisoned = catchRejection(client.embeddings.create({ input: ['a', 'b', 'poison'] }, { priority: 'bulk' }));
    const others = client.embeddings.create({ input: TEXTS }, { priority: 'bulk' });
    for (const count of [1, 2]) {
      await expect.poll(() => batches.length).toBe(count);
      await vi.advanceTimersByTimeAsync(30_000);
    }
    vi.useRealTimers();
    const error = await poisoned;
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error).toMatchObject({ code: 'worker_hung', param: 'input', index: 2, retryable: false });
    expect((error as Error).message).toContain("'input[2]'");
    expect((await others).data).toEqual(expected.data);
    expect(deaths.map((death) => death.error.code)).toEqual(['worker_died', 'worker_died']);
    // The second worker had nothing else to do.
    expect(batches.map((size) => size > 1)).toEqual([true, false]);
    expect(workers).toHaveLength(3);
  });

  test('lets every worker go after idleTimeoutMs, and starts another for the next call', async () => {
    const client = startClient({ idleTimeoutMs: 50 });
    const first = await client.embeddings.create({ input: 'a' });
    await expect.poll(countLivingWorkers).toBe(0);
    expect((await client.embeddings.create({ input: 'a' })).data).toEqual(first.data);
    expect(workers).toHaveLength(2);
  });

  test('tries no more often than maxRetries says', async () => {
    const client = startClient({ workers: 1, maxRetries: 0 });
    await client.embeddings.create({ input: 'a' });
    const call = catchRejection(client.embeddings.create({ input: TEXTS }));
    workers.at(-1)?.terminate();
    expect(await call).toMatchObject({ code: 'worker_died' });
    expect((await client.embeddings.create({ input: 'a' })).data).toHaveLength(1);
  });

  test('ends a call with the reason of its signal, waiting or under way', async () => {
    const client = startClient();
    const reason = new Error('the user went away');
    expect(await catchRejection(client.embeddings.create({ input: 'a' }, { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
    const controller = new AbortController();
    const call = client.embeddings.create(
      { input: TEXTS },
      {
        signal: controller.signal,
        onProgress: () => {
          controller.abort(reason);
        },
      },
    );
    const other = client.embeddings.create({ input: 'another caller' });
    expect(await catchRejection(call)).toBe(reason);
    expect((await other).data).toHaveLength(1);
  });

  test('ends a call after its time limit, and lets the model load on', async () => {
    const client = startClient();
    const error = await catchRejection(client.embeddings.create({ input: 'a' }, { timeoutMs: 1 }));
    expect(error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(error).toMatchObject({ code: 'timeout', status: 408 });
    expect((await client.embeddings.create({ input: 'a' })).data).toHaveLength(1);
    expect(workers).toHaveLength(1);
  });

  test('answers a query before the bulk work that waits', async () => {
    const client = startClient();
    const order: string[] = [];
    const bulk = client.embeddings.create({ input: TEXTS }).then(() => order.push('bulk'));
    const query = client.embeddings.create({ input: 'weather' }).then(() => order.push('query'));
    await Promise.all([bulk, query]);
    expect(order).toEqual(['query', 'bulk']);
  });

  test('ends the worker and every call when it is disposed of', async () => {
    const client = startClient();
    await client.embeddings.create({ input: 'a' });
    const call = catchRejection(client.embeddings.create({ input: TEXTS }));
    client.dispose();
    expect(await call).toMatchObject({ code: 'disposed' });
    expect(await catchRejection(client.embeddings.create({ input: 'a' }))).toMatchObject({ code: 'disposed' });
    await expect.poll(countLivingWorkers).toBe(0);
  });

  test('ends the worker although it is still loading', async () => {
    const client = startClient();
    const call = catchRejection(client.embeddings.create({ input: 'a' }));
    await client[Symbol.asyncDispose]();
    expect(await call).toMatchObject({ code: 'disposed' });
    await expect.poll(countLivingWorkers).toBe(0);
  });
});

/**
 * Lets no worker read micro-batches in which that text is, as if it hung over them.
 *
 * @returns how many inputs each of them had; it grows.
 */
function swallow(text: string): number[] {
  const sizes: number[] = [];
  const postMessage = Reflect.get(Worker.prototype, 'postMessage') as (...args: unknown[]) => void;
  const spy = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...args: unknown[]) {
    const asked = JSON.stringify(args[0]);
    if (asked.includes(text)) sizes.push(asked.split('"content"').length - 1);
    else Reflect.apply(postMessage, this, args);
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
  return sizes;
}

/** Only timers, and only for the test that runs. */
function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}
