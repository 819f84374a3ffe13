/** Rows compared and ranked, on SIMD and without, against search as anyone would write it first. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FoundRows, UnscoredRow } from '../../../src/protocol/search-messages.js';
import { comparePlainly } from '../../../src/scan/compare-plainly.js';
import { rankRows } from '../../../src/scan/rank-rows.js';
import { SimdRows } from '../../../src/scan/simd-rows.js';
import { FORMATS, makeVectors, scoreAll } from '../../support/search-reference.js';

const wasm = readFileSync(new URL('../../../dist/assets/search.wasm', import.meta.url));

const sets = fc.record({
  rows: fc.integer({ min: 0, max: 40 }),
  width: fc.integer({ min: 1, max: 70 }),
  most: fc.integer({ min: 0, max: 50 }),
  seed: fc.nat(),
  isCoarse: fc.boolean(),
});

describe.each(FORMATS)('%s', (format) => {
  const bitsOf = (width: number): number => (format === 'binary' ? width * 8 : width);

  test('finds what comparing every row by hand finds, in the same order', () => {
    fc.assert(
      fc.property(sets, ({ rows, width, most, seed, isCoarse }) => {
        const vectors = makeVectors(format, rows * width, seed, isCoarse);
        const query = makeVectors(format, width, seed + 1, isCoarse);
        const dimensions = bitsOf(width);
        const found = rowsOf(rankRows({ format, dimensions }, query, comparePlainly(format, query, vectors), most));
        const expected = scoreAll(query, vectors, dimensions);
        expect(found.indices).toHaveLength(Math.min(most, rows));
        found.indices.forEach((row, rank) => {
          expect(found.scores[rank]).toBeCloseTo(expected[row] ?? NaN, 4);
        });
        // Floats are added up in float32: only what differs by more than its rounding has an order.
        const order = expected.map((_, row) => row).sort((a, b) => (expected[b] ?? 0) - (expected[a] ?? 0) || a - b);
        found.indices.forEach((row, rank) => {
          expect(expected[row]).toBeCloseTo(expected[order[rank] ?? 0] ?? NaN, 4);
          const before = found.indices[rank - 1];
          if (before !== undefined && found.scores[rank] === found.scores[rank - 1])
            expect(row).toBeGreaterThan(before);
        });
      }),
    );
  });

  test('gives the same bits on SIMD as without', async () => {
    await fc.assert(
      fc.asyncProperty(sets, async ({ rows, width, seed, isCoarse }) => {
        const vectors = makeVectors(format, rows * width, seed, isCoarse);
        const query = makeVectors(format, width, seed + 1, isCoarse);
        const simd = await SimdRows.open({ format, rows, width, dimensions: bitsOf(width) }, wasm);
        simd.write(0, vectors);
        expect(simd.compare(query)).toEqual(comparePlainly(format, query, vectors));
      }),
    );
  });

  test('is filled in parts, and asked again with another query', async () => {
    const [rows, width] = [30_000, 19];
    const vectors = makeVectors(format, rows * width, 7);
    const simd = await SimdRows.open({ format, rows, width, dimensions: bitsOf(width) }, wasm);
    for (let start = 0; start < vectors.length; start += 10_007) {
      simd.write(start, vectors.subarray(start, start + 10_007));
    }
    for (const seed of [1, 2]) {
      const query = makeVectors(format, width, seed);
      expect(simd.compare(query)).toEqual(comparePlainly(format, query, vectors));
    }
  });
});

describe('integers', () => {
  test('are multiplied exactly at the ends of their range', async () => {
    const simd = await SimdRows.open({ format: 'int8', rows: 2, width: 1500, dimensions: 1500 }, wasm);
    simd.write(0, new Int8Array(3000).fill(-128));
    const query = new Int8Array(1500).fill(-128);
    const dot = 1500 * 128 * 128;
    expect(simd.compare(query)).toEqual({ values: Int32Array.of(dot, dot), squares: Int32Array.of(dot, dot) });
  });

  test('of zeros alone are like nothing', () => {
    const vectors = Int8Array.of(0, 0, 1, 1, -1, -1);
    const query = Int8Array.of(3, 3);
    const { indices, scores } = rowsOf(
      rankRows({ format: 'int8', dimensions: 2 }, query, comparePlainly('int8', query, vectors), 3),
    );
    expect([...indices]).toEqual([1, 0, 2]);
    expect([...scores]).toEqual([expect.closeTo(1), 0, expect.closeTo(-1)]);
  });
});

test.each([NaN, Infinity, -Infinity])('a row with %s is named', (value) => {
  const vectors = Float32Array.of(1, 0, value, 0, 0, 1);
  for (const query of [Float32Array.of(0, 1), Float32Array.of(1, 0)]) {
    const comparison = comparePlainly('float', query, vectors);
    expect(rankRows({ format: 'float', dimensions: 2 }, query, comparison, 1)).toEqual({ unscored: 1 });
  }
});

test('bits beyond the dimensions do not count towards the estimate', () => {
  const query = Uint8Array.of(0b1111_0000);
  const { scores } = rowsOf(
    rankRows(
      { format: 'binary', dimensions: 4 },
      query,
      comparePlainly('binary', query, Uint8Array.of(0b1100_0000, 0)),
      2,
    ),
  );
  expect([...scores]).toEqual([expect.closeTo(0), expect.closeTo(-1)]);
});

function rowsOf(result: FoundRows | UnscoredRow): FoundRows {
  if ('unscored' in result) throw new Error('Expected rows.');
  return result;
}
