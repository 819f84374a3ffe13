/** Rows compared and ranked, on SIMD and without, against search as anyone would write it first. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSearch } from '../../../../scripts/package/build-kernel.js';
import type { PackedVectors } from '../../../../src/api/search.js';
import type { FoundRows, RowsShape, UnscoredRow } from '../../../../src/ports/search-messages.js';
import { comparePlainly } from '../../../../src/vectors/scan/compare-plainly.js';
import { PlainRows, type HeldRows } from '../../../../src/vectors/scan/held-rows.js';
import { Ranking, type Comparison } from '../../../../src/vectors/scan/ranking.js';
import { SimdRows } from '../../../../src/vectors/scan/simd-rows.js';
import { FORMATS, makeVectors, scoreAll } from '../../../support/search-reference.js';

const module = await WebAssembly.compile(await compileSearch());

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

  test('gives the same bits on SIMD as without, held or passed through', async () => {
    await fc.assert(
      fc.asyncProperty(sets, fc.integer({ min: 1, max: 15 }), async ({ rows, width, most, seed, isCoarse }, room) => {
        const shape = { format, rows, width, dimensions: bitsOf(width) };
        const vectors = makeVectors(format, rows * width, seed, isCoarse);
        const query = makeVectors(format, width, seed + 1, isCoarse);
        const expected = comparePlainly(format, query, vectors);
        for (const held of [await SimdRows.open(shape, rows, module), new PlainRows(shape, rows)]) {
          held.write(0, vectors);
          expect(compareAll(held, query, rows)).toEqual(expected);
        }
        for (const passing of [await SimdRows.open(shape, room, module), new PlainRows(shape, room)]) {
          passing.setQuery(query);
          const ranking = new Ranking(shape, query, most);
          for (let first = 0; first < rows; first += room) {
            const part = vectors.subarray(first * width, (first + room) * width);
            passing.write(0, part);
            ranking.add(first, passing.compare(part.length / width));
          }
          expect(ranking.finish()).toEqual(rankRows(shape, query, expected, most));
        }
      }),
    );
  });

  test('is filled in parts, and asked again with another query', async () => {
    const [rows, width] = [30_000, 19];
    const vectors = makeVectors(format, rows * width, 7);
    const simd = await SimdRows.open({ format, rows, width, dimensions: bitsOf(width) }, rows, module);
    for (let first = 0; first < rows; first += 7001) {
      simd.write(first, vectors.subarray(first * width, (first + 7001) * width));
    }
    for (const seed of [1, 2]) {
      const query = makeVectors(format, width, seed);
      expect(compareAll(simd, query, rows)).toEqual(comparePlainly(format, query, vectors));
    }
  });
});

describe('integers', () => {
  test('are multiplied exactly at the ends of their range', async () => {
    const simd = await SimdRows.open({ format: 'int8', rows: 2, width: 1500, dimensions: 1500 }, 2, module);
    simd.write(0, new Int8Array(3000).fill(-128));
    const query = new Int8Array(1500).fill(-128);
    const dot = 1500 * 128 * 128;
    expect(compareAll(simd, query, 2)).toEqual({ values: Int32Array.of(dot, dot), squares: Int32Array.of(dot, dot) });
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

function compareAll(held: HeldRows, query: PackedVectors, rows: number): Comparison {
  held.setQuery(query);
  return held.compare(rows);
}

function rankRows(
  shape: Pick<RowsShape, 'format' | 'dimensions'>,
  query: PackedVectors,
  comparison: Comparison,
  most: number,
): FoundRows | UnscoredRow {
  const ranking = new Ranking(shape, query, most);
  ranking.add(0, comparison);
  return ranking.finish();
}

function rowsOf(result: FoundRows | UnscoredRow): FoundRows {
  if ('unscored' in result) throw new Error('Expected rows.');
  return result;
}
