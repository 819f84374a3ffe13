import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { norm, pool, scaleToUnit } from '../../../../src/runtime/recipe/pooling.js';

const TOKENS = new Float32Array([1, 2, 3, 4, 8, 12]);

function poolOf(tokens: Float32Array, width: number, pooling: 'mean' | 'cls' | 'last_token'): number[] {
  const out = new Float32Array(width).fill(99);
  pool(tokens, tokens.length / width, pooling, out);
  return Array.from(out);
}

/** Numbers as token vectors have them. */
const element = fc.float({ min: -1000, max: 1000, noNaN: true });
const tokenVectors = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 30 })).chain(([width, count]) =>
  fc.record({
    width: fc.constant(width),
    rows: fc.array(fc.array(element, { minLength: width, maxLength: width }), { minLength: count, maxLength: count }),
  }),
);

describe('pool', () => {
  test.each([
    ['mean', [8 / 3, 14 / 3, 18 / 3].map(Math.fround), 3, [1, 2, 3, 4, 8, 12, 3, 4, 3]],
    ['mean', [2.5, 5, 7.5], 3, [...TOKENS]],
    ['cls', [1, 2, 3], 3, [...TOKENS]],
    ['last_token', [4, 8, 12], 3, [...TOKENS]],
    ['mean', [1, 2], 2, [1, 2]],
    ['cls', [1, 2], 2, [1, 2]],
    ['last_token', [1, 2], 2, [1, 2]],
  ] as const)('by %s gives %j', (pooling, expected, width, tokens) => {
    expect(poolOf(new Float32Array(tokens), width, pooling)).toEqual(expected);
  });

  test('takes no notice of what follows the counted tokens', () => {
    const out = new Float32Array(2);
    pool(new Float32Array([1, 2, 3, 4, 500, 600]), 2, 'mean', out);
    expect([...out]).toEqual([2, 3]);
    pool(new Float32Array([1, 2, 3, 4, 500, 600]), 2, 'last_token', out);
    expect([...out]).toEqual([3, 4]);
  });

  test('writes its own row and no other', () => {
    const rows = new Float32Array(6).fill(9);
    pool(new Float32Array([1, 2, 3, 4]), 2, 'mean', rows.subarray(2, 4));
    expect([...rows]).toEqual([9, 9, 2, 3, 9, 9]);
  });

  test('by mean agrees with float64 arithmetic', () => {
    fc.assert(
      fc.property(tokenVectors, ({ width, rows }) => {
        const pooled = poolOf(Float32Array.from(rows.flat()), width, 'mean');
        pooled.forEach((value, column) => {
          const mean = rows.reduce((sum, row) => sum + (row[column] ?? Number.NaN), 0) / rows.length;
          expect(Math.abs(value - mean)).toBeLessThan(0.01);
        });
      }),
    );
  });

  test('by cls and last token gives the first and the last row', () => {
    fc.assert(
      fc.property(tokenVectors, ({ width, rows }) => {
        const tokens = Float32Array.from(rows.flat());
        expect(poolOf(tokens, width, 'cls')).toEqual(rows[0]);
        expect(poolOf(tokens, width, 'last_token')).toEqual(rows.at(-1));
      }),
    );
  });
});

describe('norm', () => {
  test.each<[vector: number[], length: number]>([
    [[3, 4], 5],
    [[-3, 4], 5],
    [[0, 0], 0],
    [[], 0],
    [[Infinity, 1], Infinity],
    [[Number.NaN, 1], Number.NaN],
  ])('of %j is %d', (vector, length) => {
    expect(norm(new Float32Array(vector))).toBe(length);
  });

  test('is finite where the squares overflow float32', () => {
    expect(norm(new Float32Array([3e30, 4e30])) / 5e30).toBeCloseTo(1, 5);
  });
});

describe('scaleToUnit', () => {
  test('gives a vector length 1 and keeps its direction', () => {
    const vector = new Float32Array([3, -4]);
    scaleToUnit(vector, 5);
    expect([...vector]).toEqual([0.6, -0.8].map(Math.fround));
  });

  test('gives any vector length 1', () => {
    const vectors = fc.array(element, { minLength: 1, maxLength: 400 }).map((values) => Float32Array.from(values));
    fc.assert(
      fc.property(
        vectors.filter((vector) => norm(vector) > 1e-30),
        (vector) => {
          scaleToUnit(vector, norm(vector));
          expect(norm(vector)).toBeCloseTo(1, 5);
        },
      ),
    );
  });
});
