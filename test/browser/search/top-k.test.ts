/** Search in vectors that pass through a worker: right, in a worker that waits for the next, and over when it should be. */
import { topK as topKOfEntry } from 'inpage-embeddings';
import { topK, VectorIndex } from 'inpage-embeddings/search';
import { beforeEach, expect, test, vi } from 'vitest';
import { catchRejection } from '../../support/client.js';
import { DIMENSIONS, expectNearest, haveSameBytes, makeLarge } from '../../support/large-vectors.js';
import { FORMATS, makeVectors } from '../../support/search-reference.js';
import { watchWorkers } from '../../support/watch-workers.js';

const workers = watchWorkers();

/** A search that is aborted takes the worker that an earlier test has left with it. */
beforeEach(async () => {
  const controller = new AbortController();
  const vectors = makeLarge('int8');
  const aborted = catchRejection(topK(vectors.slice(0, DIMENSIONS), vectors, 1, { signal: controller.signal }));
  controller.abort();
  await aborted;
  workers.length = 0;
});

test.each(FORMATS)('finds in %s rows what an index finds', async (format) => {
  // The last slice is shorter than the others.
  const vectors = makeLarge(format, 31_007);
  const copy = vectors.slice();
  const query = makeVectors(format, DIMENSIONS, 3);
  const found = await topK(query, vectors, 20);
  expect(found).toHaveLength(20);
  expectNearest(found, query, vectors);
  expect(haveSameBytes(vectors, copy)).toBe(true);
  const index = new VectorIndex(vectors, { dimensions: format === 'binary' ? 8 * DIMENSIONS : DIMENSIONS });
  expect(found).toEqual(await index.topK(query, 20));
  index.dispose();
  expect(await topKOfEntry(query, vectors, 20)).toEqual(found);
});

test('a few rows need no worker', async () => {
  const vectors = makeVectors('float', 1000 * DIMENSIONS, 5);
  expect(await topK(vectors.slice(0, DIMENSIONS), vectors, 1)).toMatchObject([{ index: 0 }]);
  expect(workers).toHaveLength(0);
});

test('takes the same worker again, and another one for a search at the same time', async () => {
  const vectors = makeLarge('float');
  const rows = [7, 11].map((row) => vectors.slice(row * DIMENSIONS, (row + 1) * DIMENSIONS));
  const search = (query = rows[0]): Promise<unknown> => topK(query ?? [], vectors, 1);
  expect(await search()).toMatchObject([{ index: 7 }]);
  expect(await search(rows[1])).toMatchObject([{ index: 11 }]);
  expect(workers).toHaveLength(1);
  expect(await Promise.all(rows.map((row) => search(row)))).toMatchObject([[{ index: 7 }], [{ index: 11 }]]);
  expect(workers).toHaveLength(2);
});

test('lets its worker go after a while', async () => {
  const vectors = makeLarge('int8');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    await topK(vectors.slice(0, DIMENSIONS), vectors, 1);
    const terminate = vi.spyOn(workers[0] as Worker, 'terminate');
    vi.advanceTimersByTime(9_000);
    expect(terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(terminate).toHaveBeenCalled();
  } finally {
    vi.useRealTimers();
  }
});

test('the page goes on meanwhile', async () => {
  const vectors = makeVectors('float', 50_000 * 384, 5);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await topK(vectors.subarray(0, 384), vectors, 10);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});

test('rejects when it is aborted, and ends its worker', async () => {
  const vectors = makeLarge('float');
  const copy = vectors.slice();
  const controller = new AbortController();
  const reason = new Error('changed my mind');
  const aborted = catchRejection(topK(vectors.slice(0, DIMENSIONS), vectors, 3, { signal: controller.signal }));
  const terminate = vi.spyOn(workers[0] as Worker, 'terminate');
  controller.abort(reason);
  expect(await aborted).toBe(reason);
  expect(terminate).toHaveBeenCalled();
  expect(haveSameBytes(vectors, copy)).toBe(true);
});

test('starts another worker when one stops', async () => {
  const vectors = makeLarge('float');
  const search = topK(vectors.slice(0, DIMENSIONS), vectors, 3);
  await new Promise((resolve) => workers[0]?.addEventListener('message', resolve, { once: true }));
  workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'it is out of memory' }));
  expect(await search).toMatchObject([{ index: 0 }, {}, {}]);
  expect(workers).toHaveLength(2);
});

test('names a row with NaN, and a script that is missing', async () => {
  const vectors = makeLarge('float');
  const query = makeVectors('float', DIMENSIONS, 1);
  const missing = await catchRejection(topK(query, vectors, 3, { assetsUrl: '/nowhere' }));
  expect(missing).toMatchObject({ name: 'ModelLoadError', code: 'worker_script_failed' });
  vectors[7 * DIMENSIONS + 3] = NaN;
  const error = await catchRejection(topK(query, vectors, 3));
  expect(error).toMatchObject({ param: 'vectors', message: expect.stringContaining('row 7 ') as string });
});
