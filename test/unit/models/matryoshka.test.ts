import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkWidth, cutDimensions, describeWidths, offersWidth } from '../../../src/models/matryoshka.js';
import { BadRequestError } from '../../../src/errors/errors.js';
import { catchError } from '../../support/catch-error.js';

/** Rows whose first numbers aren't all near zero, so that they have a direction in float32. */
const element = fc
  .float({ min: -1000, max: 1000, noNaN: true })
  .filter((value) => value === 0 || Math.abs(value) > 1e-6);
const cuts = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([one, other]) => {
  const [from, to] = [Math.max(one, other), Math.min(one, other)];
  const row = fc
    .array(element, { minLength: from, maxLength: from })
    .filter((values) => values.slice(0, to).some((value) => value !== 0));
  return fc.record({ from: fc.constant(from), to: fc.constant(to), rows: fc.array(row, { maxLength: 5 }) });
});

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? Number.NaN), 0);
}

/** The numbers of an answer by its rows. */
function toRows(vectors: Float32Array, width: number): number[][] {
  return Array.from({ length: vectors.length / width }, (_, row) => [
    ...vectors.subarray(row * width, (row + 1) * width),
  ]);
}

/** Layer normalisation without weights, as PyTorch defines it. */
function layerNorm(row: readonly number[]): number[] {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  return row.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}

describe('cutDimensions', () => {
  test('gives the first numbers of every row, scaled to unit length', () => {
    const vectors = new Float32Array([3, 4, 5, 6, 0, -2, 7, 8]);
    expect([...cutDimensions(vectors, 4, 2)]).toEqual([Math.fround(0.6), Math.fround(0.8), 0, -1]);
  });

  test('gives rows of unit length, parallel to what the rows began with', () => {
    fc.assert(
      fc.property(cuts, ({ from, to, rows }) => {
        const answer = toRows(cutDimensions(Float32Array.from(rows.flat()), from, to), to);
        expect(answer).toHaveLength(rows.length);
        answer.forEach((row, index) => {
          const first = rows[index]?.slice(0, to) ?? [];
          expect(Math.abs(Math.sqrt(dot(row, row)) - 1)).toBeLessThan(1e-6);
          expect(Math.abs(dot(row, first) / Math.sqrt(dot(first, first)) - 1)).toBeLessThan(1e-6);
        });
      }),
    );
  });

  test('leaves the given vectors as they are, and shares no buffer with them', () => {
    const vectors = new Float32Array([3, 4, 5, 6]);
    const cut = cutDimensions(vectors, 2, 2);
    cut.fill(9);
    expect([...vectors]).toEqual([3, 4, 5, 6]);
  });

  test('reads a view from where it starts', () => {
    const view = new Float32Array([9, 9, 0, 2]).subarray(2);
    expect([...cutDimensions(view, 2, 2)]).toEqual([0, 1]);
  });

  test('sums in float64, so that the squares of large numbers fit', () => {
    const [one, other] = cutDimensions(new Float32Array([3e30, 4e30, 1]), 3, 2);
    expect(one).toBeCloseTo(0.6, 6);
    expect(other).toBeCloseTo(0.8, 6);
  });

  test('keeps a row zero that begins with zeros', () => {
    expect([...cutDimensions(new Float32Array([0, 0, 5, 3, 4, 5]), 3, 2)]).toEqual([
      0,
      0,
      Math.fround(0.6),
      Math.fround(0.8),
    ]);
  });

  test('gives nothing for no rows', () => {
    expect(cutDimensions(new Float32Array(0), 4, 2)).toHaveLength(0);
  });

  test('centred, agrees with layer normalisation before the cut, whatever the length of the row', () => {
    const row = Array.from({ length: 12 }, (_, index) => Math.fround(Math.sin(index * index) + 0.3));
    for (const scale of [0.01, 1, 100]) {
      const scaled = Float32Array.from(row, (value) => value * scale);
      const expected = layerNorm([...scaled]).slice(0, 5);
      const length = Math.sqrt(dot(expected, expected));
      cutDimensions(scaled, 12, 5, { isCentered: true }).forEach((value, index) => {
        expect(value).toBeCloseTo((expected[index] ?? Number.NaN) / length, 6);
      });
    }
  });

  test('centred, changes nothing but the length where nothing is cut off', () => {
    const vectors = new Float32Array([3, 4, 0, 5]);
    expect(cutDimensions(vectors, 2, 2, { isCentered: true })).toEqual(cutDimensions(vectors, 2, 2));
  });

  test('leaves what is cut as long as it is where nothing is to be scaled, with the numbers it had', () => {
    expect([...cutDimensions(new Float32Array([3, 4, 5, 6, 7, 8]), 3, 2, { isScaled: false })]).toEqual([3, 4, 6, 7]);
  });

  test('refuses a width over that of the vectors', () => {
    const error = catchError(() => cutDimensions(new Float32Array(4), 2, 3));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'integer_above_max_value', param: 'dimensions' });
  });
});

describe('offersWidth', () => {
  test.each([
    [[768, 256], 768, true],
    [[768, 256], 256, true],
    [[768, 256], 512, false],
    [[768, 256], 1, false],
    [{ least: 32, most: 1024 }, 31, false],
    [{ least: 32, most: 1024 }, 32, true],
    [{ least: 32, most: 1024 }, 1024, true],
    [{ least: 32, most: 1024 }, 1025, false],
  ])('of %j says for %i: %s', (widths, width, expected) => {
    expect(offersWidth(widths, width)).toBe(expected);
  });
});

describe('checkWidth', () => {
  test.each<[what: string, widths: Omit<Parameters<typeof checkWidth>[1], 'model'>, width: number]>([
    ["a model's own, whatever it offers besides", { own: 384 }, 384],
    ['the own of one that was cut', { own: 12, offered: [32, 16] }, 12],
    ['one that is offered', { own: 768, offered: [768, 256] }, 256],
    ['any, while nothing is known of the model', {}, 5],
  ])('takes %s', (_what, widths, width) => {
    expect(() => {
      checkWidth(width, { model: 'm', ...widths });
    }).not.toThrow();
  });

  test.each([
    [{ own: 384 }, 383, 'unsupported_parameter', '384 numbers'],
    [{ own: 768, offered: [768, 256] }, 512, 'invalid_value', 'to be 768, 256'],
  ] as const)('of a model with %j refuses %i', (widths, width, code, part) => {
    const error = catchError(() => {
      checkWidth(width, { model: 'm', ...widths });
    });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code, param: 'dimensions' });
    expect(String(error)).toContain(part);
  });
});

describe('describeWidths', () => {
  test('lists widths, or names both ends of a range', () => {
    expect(describeWidths([768, 256])).toBe('768, 256');
    expect(describeWidths({ least: 32, most: 1024 })).toBe('32 to 1024');
  });
});
