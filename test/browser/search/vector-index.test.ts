/** Search in vectors that a worker holds: right, off the main thread, and over when it should be. */
import { VectorIndex, type PackedVectors } from 'inpage-embeddings/search';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { catchRejection } from '../../support/client.js';
import { DIMENSIONS, expectNearest, makeLarge, ROWS } from '../../support/large-vectors.js';
import { FORMATS, makeVectors } from '../../support/search-reference.js';
import { watchWorkers } from '../../support/watch-workers.js';

const workers = watchWorkers();

function openIndex(vectors: PackedVectors, options: object = {}): VectorIndex {
  const dimensions = vectors instanceof Uint8Array ? 1600 : DIMENSIONS;
  const index = new VectorIndex(vectors, { dimensions, ...options });
  onTestFinished(() => {
    index.dispose();
  });
  return index;
}

describe.each(FORMATS)('%s', (format) => {
  test('finds in a worker what comparing every row by hand finds', async () => {
    const vectors = makeLarge(format);
    const index = openIndex(vectors);
    for (const seed of [1, 2]) {
      const query = makeVectors(format, 200, seed);
      const found = await index.topK(query, 20);
      expect(found).toHaveLength(20);
      expectNearest(found, query, vectors);
    }
    expect(workers).toHaveLength(1);
    expect(vectors).toHaveLength(ROWS * 200);
  });

  test('finds the same once the array was handed over', async () => {
    const vectors = makeLarge(format);
    const query = makeVectors(format, 200, 3);
    const expected = await openIndex(vectors).topK(query, 5);
    const index = openIndex(vectors, { transfer: true });
    expect(await index.topK(query, 5)).toEqual(expected);
    expect(vectors).toHaveLength(0);
  });
});

test('the page goes on while vectors are copied and searched', async () => {
  const vectors = makeVectors('float', 50_000 * 384, 5);
  const index = new VectorIndex(vectors, { dimensions: 384 });
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await index.load();
  const turnsOfLoading = turns;
  for (let round = 0; round < 10; round++) await index.topK(vectors.subarray(0, 384), 10);
  clearInterval(timer);
  index.dispose();
  // It is copied in slices, with room for other tasks between them.
  expect(turnsOfLoading).toBeGreaterThan(3);
  expect(turns).toBeGreaterThan(turnsOfLoading);
});

test('names a row with NaN, and goes on', async () => {
  const vectors = makeLarge('float');
  vectors[7 * DIMENSIONS + 3] = NaN;
  const index = openIndex(vectors);
  const error = await catchRejection(index.topK(makeVectors('float', DIMENSIONS, 1), 3));
  expect(error).toMatchObject({
    name: 'BadRequestError',
    param: 'vectors',
    message: expect.stringContaining('row 7 ') as string,
  });
  expect(workers).toHaveLength(1);
});

test('starts another worker when one stops, which gets the vectors again', async () => {
  const vectors = makeLarge('float');
  const index = openIndex(vectors);
  const query = makeVectors('float', DIMENSIONS, 1);
  const expected = await index.topK(query, 3);
  workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'it is out of memory' }));
  expect(await index.topK(query, 3)).toEqual(expected);
  expect(workers).toHaveLength(2);
});

test('notices at once that a worker is gone which fired no event, also while it is asked', async () => {
  // The time limit, which comes after a minute and would do as well, never comes.
  const { setTimeout: realSetTimeout } = globalThis;
  vi.stubGlobal('setTimeout', (task: () => void, ms = 0) => (ms < 5_000 ? realSetTimeout(task, ms) : 0));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const index = openIndex(makeLarge('float'));
  const query = makeVectors('float', DIMENSIONS, 1);
  const expected = await index.topK(query, 3);
  workers[0]?.terminate();
  expect(await index.topK(query, 3)).toEqual(expected);
  const asked = index.topK(query, 3);
  workers[1]?.terminate();
  expect(await asked).toEqual(expected);
  expect(workers).toHaveLength(3);
});

test('says that vectors were lost with the worker they were handed over to', async () => {
  const index = openIndex(makeLarge('float'), { transfer: true });
  const query = makeVectors('float', DIMENSIONS, 1);
  await index.topK(query, 3);
  workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'it is out of memory' }));
  expect(await catchRejection(index.topK(query, 3))).toMatchObject({ name: 'WorkerDiedError', code: 'worker_died' });
});

test('lets the worker go at rest, and starts another', async () => {
  const index = openIndex(makeLarge('int8'), { idleTimeoutMs: 1 });
  const query = makeVectors('int8', DIMENSIONS, 1);
  const expected = await index.topK(query, 3);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await index.topK(query, 3)).toEqual(expected);
  expect(workers).toHaveLength(2);
});

test('rejects what waits when it is aborted or disposed of', async () => {
  const index = openIndex(makeLarge('float'));
  const query = makeVectors('float', DIMENSIONS, 1);
  const controller = new AbortController();
  const aborted = catchRejection(index.topK(query, 3, { signal: controller.signal }));
  const disposed = catchRejection(index.topK(query, 3));
  const reason = new Error('changed my mind');
  controller.abort(reason);
  expect(await aborted).toBe(reason);
  index.dispose();
  expect(await disposed).toMatchObject({ code: 'disposed' });
});

test('says which script is missing', async () => {
  const index = openIndex(makeLarge('float'), { assetsUrl: '/nowhere' });
  const error = await catchRejection(index.topK(makeVectors('float', DIMENSIONS, 1), 3));
  expect(error).toMatchObject({ name: 'ModelLoadError', code: 'worker_script_failed' });
  expect(error).toMatchObject({ url: expect.stringMatching(/\/nowhere\/worker-search\.js$/) as string });
});
