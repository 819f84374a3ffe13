/** Small searches, which need no worker, and everything that is refused. */
import { describe, expect, test } from 'vitest';
import { topK, VectorIndex } from '../../../../src/vectors/search/index.js';
import { catchError } from '../../../support/catch-error.js';

const VECTORS = Float32Array.of(1, 0, 0, 1, 0.6, 0.8, 1, 0);

describe('topK', () => {
  test('gives the nearest rows first, of equal ones the earlier', async () => {
    expect(await topK([1, 0], VECTORS, 3)).toEqual([
      { index: 0, score: 1 },
      { index: 3, score: 1 },
      { index: 2, score: expect.closeTo(0.6) as number },
    ]);
  });

  test('gives what there is when there are fewer rows', async () => {
    expect(await topK([1, 0], VECTORS, 100)).toHaveLength(4);
    expect(await topK([1, 0], VECTORS, 0)).toEqual([]);
    expect(await topK([1, 0], new Float32Array(), 3)).toEqual([]);
  });

  test('takes the embedding of a response in every format', async () => {
    expect(await topK([127, 0], Int8Array.of(0, 64, 64, 0), 1)).toEqual([{ index: 1, score: 1 }]);
    expect(await topK([240], Uint8Array.of(15, 240), 1, { dimensions: 4 })).toEqual([{ index: 1, score: 1 }]);
  });

  test.each([
    ['a query of another format', Int8Array.of(1, 2), VECTORS, 1, 'invalid_type', 'query'],
    ['a query that is no vector', 'query', VECTORS, 1, 'invalid_type', 'query'],
    ['a query that is empty', [], VECTORS, 1, 'invalid_type', 'query'],
    ['a query with NaN', [1, NaN], VECTORS, 1, 'invalid_value', 'query'],
    ['a query with a number over float32', [1, 1e300], VECTORS, 1, 'invalid_value', 'query'],
    ['a query with a hole', Array(2), VECTORS, 1, 'invalid_value', 'query'],
    ['a query with a fraction among integers', [1, 0.5], Int8Array.of(1, 2), 1, 'invalid_value', 'query'],
    ['a query over a byte', [256], Uint8Array.of(1, 2), 1, 'invalid_value', 'query'],
    ['rows of another width', [1, 2, 3], VECTORS, 1, 'invalid_value', 'vectors'],
    ['rows of an unknown kind', [1, 2], new Float64Array(2), 1, 'invalid_type', 'vectors'],
    ['rows that are a plain array', [1, 2], [1, 2], 1, 'invalid_type', 'vectors'],
    ['a row with NaN', [1, 2], Float32Array.of(1, 2, 3, NaN), 1, 'invalid_value', 'vectors'],
    ['a number of rows that is negative', [1, 0], VECTORS, -1, 'integer_below_min_value', 'k'],
    ['a number of rows that is no integer', [1, 0], VECTORS, 1.5, 'invalid_type', 'k'],
  ])('refuses %s by name', async (_, query, vectors, k, code, param) => {
    const search = topK(query as number[], vectors as Float32Array, k);
    await expect(search).rejects.toMatchObject({ name: 'BadRequestError', code, param });
  });

  test('refuses an unknown option, and dimensions that are not those of the bytes', async () => {
    const options = { limit: 3 } as object;
    await expect(topK([1, 0], VECTORS, 1, options)).rejects.toMatchObject({ param: 'limit' });
    const search = topK([1, 2], Uint8Array.of(1, 2), 1, { dimensions: 8 });
    await expect(search).rejects.toMatchObject({ code: 'invalid_value', param: 'query' });
  });

  test("rejects with the signal's reason", async () => {
    const reason = new Error('changed my mind');
    await expect(topK([1, 0], VECTORS, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('VectorIndex', () => {
  test('searches again and again, until it is disposed of', async () => {
    const index = new VectorIndex(VECTORS, { dimensions: 2 });
    expect(index.size).toBe(4);
    await index.load();
    expect(await index.topK([0, 1], 1)).toEqual([{ index: 1, score: 1 }]);
    expect(await index.topK([1, 0], 1)).toEqual([{ index: 0, score: 1 }]);
    index.dispose();
    await expect(index.topK([1, 0], 1)).rejects.toMatchObject({ code: 'disposed' });
  });

  test.each([
    ['dimensions that do not divide the rows', VECTORS, { dimensions: 3 }, 'vectors'],
    ['more dimensions than are multiplied exactly', VECTORS, { dimensions: 200_000 }, 'dimensions'],
    ['handing over a part of a buffer', VECTORS.subarray(2), { dimensions: 2, transfer: true }, 'transfer'],
    ['an unknown option', VECTORS, { dimensions: 2, metric: 'dot' }, 'metric'],
  ])('refuses %s', (_, vectors, options, param) => {
    expect(catchError(() => new VectorIndex(vectors, options))).toMatchObject({ name: 'BadRequestError', param });
  });
});
