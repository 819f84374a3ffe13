/** A graph whose loop never ends: the worker really hangs, and only the page's clock is moved on. */
import type { EmbeddingClient, EmbeddingClientOptions, EngineDiedEvent } from 'inpage-embeddings';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { catchRejection, startClient } from '../support/client.js';
import { expectVector, frame } from '../support/expect-vector.js';
import { meanVector, unit } from '../support/tiny-vectors.js';
import { countLivingWorkers, watchWorkers } from '../support/watch-workers.js';

const workers = watchWorkers();

/** One that runs graphs of any kind, on one worker. */
const ON_ONE: EmbeddingClientOptions = {
  hub: inject('hubUrl'),
  dtype: 'q8',
  device: 'wasm',
  runtime: 'onnxruntime',
  workers: 1,
};

/** How long a worker may be silent while it loads, and how long over a first text. */
const LOAD_LIMIT_MS = 180_000;
const RUN_LIMIT_MS = 60_000;

/** More hangs than there may be; a test that comes so far fails, and doesn't wait for ever. */
const MAX_HANGS = 4;

test('gives a text up over which its graph loops without end after one retry, and answers the others', async () => {
  const client = startClient({ ...ON_ONE, model: 'tests/endless-at-ten' });
  const deaths = listDeaths(client);
  await client.embeddings.create({ input: 'one' });
  const runs = countMessages('ten');
  useFakeTimers();
  const endless = catchRejection(client.embeddings.create({ input: ['one two', 'ten', 'three'] }));
  const other = client.embeddings.create({ input: 'four' });
  await outlast(endless, RUN_LIMIT_MS, () => runs.length);
  expect(await endless).toMatchObject({ code: 'worker_hung', param: 'input', index: 1, retryable: false });
  expect((await other).data).toHaveLength(1);
  vi.useRealTimers();
  expect(runs).toHaveLength(2);
  expect(deaths).toEqual(['worker_died', 'worker_died']);
  const { data } = await client.embeddings.create({ input: 'one two' });
  expectVector(data[0]?.embedding, unit(meanVector(frame('one two'))));
  expect(workers).toHaveLength(3);
  // Those that hung are gone, though a browser takes its time to end what computes.
  await expect.poll(countLivingWorkers).toBe(1);
});

test('lets such a text fail alone in a job', async () => {
  const client = startClient({ ...ON_ONE, model: 'tests/endless-at-ten' });
  const runs = countMessages('ten');
  useFakeTimers();
  const job = await client.jobs.create({ input: ['one two', 'ten', 'three'] });
  const ended = job.wait({ intervalMs: 20 });
  await outlast(ended, RUN_LIMIT_MS, () => runs.length);
  vi.useRealTimers();
  const { output } = await ended;
  expect(output.data.map(({ embedding }) => embedding !== null)).toEqual([true, false, true]);
  expect(output.data[1]).toMatchObject({ error: { code: 'worker_hung', param: 'input[1]' } });
  expect(runs).toHaveLength(2);
});

test('leaves other clients alone while a graph loops without end', async () => {
  const hanging = startClient({ ...ON_ONE, model: 'tests/endless-at-ten' });
  await hanging.embeddings.create({ input: 'one' });
  const runs = countMessages('ten');
  const call = catchRejection(hanging.embeddings.create({ input: 'ten' }));
  await expect.poll(() => runs.length).toBe(1);
  const other = startClient({ ...ON_ONE, model: 'tests/mean' });
  expect((await other.embeddings.create({ input: 'ten' })).data).toHaveLength(1);
  hanging.dispose();
  expect(await call).toMatchObject({ code: 'disposed' });
  await expect.poll(countLivingWorkers).toBe(1);
});

test('gives a model up whose graph loops without end in every run after one retry', async () => {
  useFakeTimers();
  const client = startClient({ ...ON_ONE, model: 'tests/endless-always' });
  const deaths = listDeaths(client);
  let starts = 0;
  client.on('model-progress', ({ phase }) => {
    if (phase === 'start') starts += 1;
  });
  const calls = ['one', 'two'].map((input) => catchRejection(client.embeddings.create({ input })));
  await outlast(Promise.all(calls), LOAD_LIMIT_MS, () => starts);
  vi.useRealTimers();
  for (const error of await Promise.all(calls)) {
    expect(error).toMatchObject({ name: 'WorkerDiedError', code: 'worker_died' });
    expect((error as Error).message).toContain('said nothing for 180000 ms while loading');
  }
  expect(starts).toBe(2);
  expect(deaths).toHaveLength(1);
  expect(workers).toHaveLength(2);
  // Nobody asks for it, so no other one is started.
  await expect.poll(countLivingWorkers).toBe(0);
});

test('refuses such a graph on the kernel before it is computed', async () => {
  const client = startClient({ ...ON_ONE, runtime: 'kernel', model: 'tests/endless-always' });
  const error = await catchRejection(client.embeddings.create({ input: 'one' }));
  expect(error).toMatchObject({ code: 'kernel_unsupported' });
  expect((error as Error).message).toContain('graphs inside of its graph');
});

test('lets a graph with a long loop work for as long as a worker may take', async () => {
  const client = startClient({ ...ON_ONE, model: 'tests/slow-at-ten' });
  const deaths = listDeaths(client);
  await client.embeddings.create({ input: 'one' });
  const runs = countMessages('ten');
  useFakeTimers();
  const call = client.embeddings.create({ input: 'ten' });
  await expect.poll(() => runs.length).toBe(1);
  // Each look at the messages moves the clock on as well.
  await vi.advanceTimersByTimeAsync(0.9 * RUN_LIMIT_MS);
  const { data } = await call;
  vi.useRealTimers();
  expectVector(data[0]?.embedding, unit(meanVector(frame('ten'))));
  expect(deaths).toEqual([]);
  expect(workers).toHaveLength(1);
});

/** The codes of `engine-died`, as they come. */
function listDeaths(client: EmbeddingClient): string[] {
  const codes: string[] = [];
  client.on('engine-died', ({ error }: EngineDiedEvent) => codes.push(error.code));
  return codes;
}

/** Moves the page's clock on by `limitMs` each time another worker has come to where it hangs, until the caller is told. */
async function outlast(call: Promise<unknown>, limitMs: number, countHangs: () => number): Promise<void> {
  let isTold = false as boolean;
  void call.then(() => {
    isTold = true;
  });
  for (let hangs = 1; hangs <= MAX_HANGS; hangs++) {
    await expect.poll(() => isTold || countHangs() >= hangs).toBe(true);
    if (isTold) return;
    await vi.advanceTimersByTimeAsync(limitMs);
  }
}

/** Messages to workers in which that text is; the list grows. */
function countMessages(text: string): true[] {
  const messages: true[] = [];
  const postMessage = Reflect.get(Worker.prototype, 'postMessage') as (...args: unknown[]) => void;
  const spy = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...args: unknown[]) {
    if (JSON.stringify(args[0]).includes(`"${text}"`)) messages.push(true);
    Reflect.apply(postMessage, this, args);
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
  return messages;
}

/** Only timers, and only for the test that runs. */
function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}
