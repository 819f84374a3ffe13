import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minCosine } from '../../../src/util/cosine.js';

function of(a: readonly number[], b: readonly number[], dimensions = 2): number {
  return minCosine(new Float32Array(a), new Float32Array(b), dimensions);
}

describe('minCosine', () => {
  test.each<[cosine: number, a: number[], b: number[]]>([
    [1, [3, 4], [3, 4]],
    [1, [3, 4], [30, 40]],
    [0, [1, 0], [0, 1]],
    [-1, [1, 1], [-2, -2]],
    [0.96, [3, 4], [4, 3]],
    [Math.SQRT1_2, [1, 0], [1, 1]],
  ])('is %d between %j and %j', (cosine, a, b) => {
    expect(of(a, b)).toBeCloseTo(cosine, 12);
  });

  test('is that of the worst row, wherever it stands', () => {
    const rows = [1, 0, 3, 4, 1, 0];
    expect(of(rows, [1, 0, 4, 3, 1, 0])).toBeCloseTo(0.96, 12);
    expect(of(rows, [4, 3, 3, 4, 1, 0])).toBeCloseTo(0.8, 12);
    expect(of(rows, [1, 0, 3, 4, 3, 4])).toBeCloseTo(0.6, 12);
  });

  test.each<[what: string, row: number[]]>([
    ['is zero', [0, 0]],
    ['holds NaN', [NaN, 1]],
    ['holds Infinity', [Infinity, 1]],
    ['holds minus Infinity', [1, -Infinity]],
  ])('is -1 when a row %s, on either side and wherever it stands', (_what, row) => {
    const fine = [1, 0];
    for (const odd of [
      [...row, ...fine],
      [...fine, ...row],
    ]) {
      expect(of(odd, [...fine, ...fine])).toBe(-1);
      expect(of([...fine, ...fine], odd)).toBe(-1);
      expect(of(odd, odd)).toBe(-1);
    }
  });

  test.each<[what: string, a: number[], b: number[]]>([
    ['there are no rows', [], []],
    ['one side has fewer rows', [1, 0, 1, 0], [1, 0]],
    ['one side has none', [1, 0], []],
  ])('is -1 when %s', (_what, a, b) => {
    expect(of(a, b)).toBe(-1);
  });

  test('is one of a row with itself, by numbers of any size', () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e30), max: Math.fround(1e30) });
    const row = fc.array(number, { minLength: 3, maxLength: 3 }).filter((values) => Math.hypot(...values) > 1e-30);
    fc.assert(
      fc.property(row, (values) => {
        expect(of(values, values, 3)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('is a number of -1 to 1, whatever the rows hold', () => {
    const values = fc.array(fc.float(), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const cosine = of(a, b, 3);
        expect(cosine).toBeGreaterThanOrEqual(-1);
        expect(cosine).toBeLessThanOrEqual(1);
      }),
    );
  });
});
