import { describe, expect, test } from 'vitest';
import { checkRows, type ReplyRow } from '../../../../../src/targets/remote/http/check-rows.js';
import { catchError } from '../../../../support/catch-error.js';

/** Little-endian float32 in base64. */
function encode(numbers: readonly number[]): string {
  return Buffer.from(new Float32Array(numbers).buffer).toString('base64');
}

function check(rows: readonly ReplyRow[], count = rows.length, dimensions?: number): readonly number[] {
  const checked = checkRows(rows, { host: 'h', count, ...(dimensions !== undefined && { dimensions }) });
  return [checked.dimensions, ...checked.vectors];
}

describe('checkRows', () => {
  test('copies rows into one array, in their order', () => {
    expect(check([{ embedding: [1, 2] }, { embedding: [3, 4] }])).toEqual([2, 1, 2, 3, 4]);
  });

  test('puts rows in the order of their index', () => {
    const rows = [
      { embedding: [3], index: 2 },
      { embedding: [1], index: 0 },
      { embedding: [2], index: 1 },
    ];
    expect(check(rows)).toEqual([1, 1, 2, 3]);
  });

  test('takes rows by their order where none has an index, or each is null', () => {
    expect(check([{ embedding: [1], index: null }, { embedding: [2], index: null }, { embedding: [3] }])).toEqual([
      1, 1, 2, 3,
    ]);
  });

  test('reads base64 and numbers side by side, by what they are', () => {
    expect(check([{ embedding: encode([0.5, -2]) }, { embedding: [1, 2] }])).toEqual([2, 0.5, -2, 1, 2]);
  });

  test('takes a row with some zeros', () => {
    expect(check([{ embedding: [0, 0, 1e-30] }])[3]).toBeCloseTo(1e-30, 35);
  });

  test.each<[what: string, rows: readonly ReplyRow[], count: number, dimensions?: number]>([
    ['fewer rows than inputs', [{ embedding: [1] }], 2],
    ['more rows than inputs', [{ embedding: [1] }, { embedding: [1] }], 1],
    ['no rows', [], 1],
    ['an index twice', [{ embedding: [1], index: 0 }, { embedding: [1], index: 0 }], 2], // prettier-ignore
    ['an index beyond the inputs', [{ embedding: [1], index: 0 }, { embedding: [1], index: 2 }], 2], // prettier-ignore
    ['a negative index', [{ embedding: [1], index: -1 }], 1],
    ['a fractional index', [{ embedding: [1], index: 0.5 }], 1],
    ['an index as text', [{ embedding: [1], index: '0' }], 1],
    ['null as the index of some rows only', [{ embedding: [1], index: 0 }, { embedding: [1], index: null }], 2], // prettier-ignore
    ['an index in some rows only', [{ embedding: [1], index: 0 }, { embedding: [1] }], 2],
    ['rows of two widths', [{ embedding: [1, 2] }, { embedding: [1] }], 2],
    ['another width than asked for', [{ embedding: [1, 2] }], 1, 3],
    ['an empty vector', [{ embedding: [] }], 1],
    ['null in a vector', [{ embedding: [1, null] }], 1],
    ['a hole in a vector', [{ embedding: [1, , 2] }], 1], // eslint-disable-line no-sparse-arrays
    ['a text in a vector', [{ embedding: [1, '2'] }], 1],
    ['NaN in a vector', [{ embedding: [1, NaN] }], 1],
    ['NaN in base64', [{ embedding: encode([1, NaN]) }], 1],
    ['infinity in base64', [{ embedding: encode([1, Infinity]) }], 1],
    ['a number beyond float32', [{ embedding: [1, 1e300] }], 1],
    ['only zeros', [{ embedding: [0, 0] }], 1],
    ['only zeros in base64', [{ embedding: encode([0, -0]) }], 1],
    ['numbers too small for float32', [{ embedding: [1e-60, -1e-60] }], 1],
    ['base64 of half a number', [{ embedding: Buffer.from([1, 2, 3, 4, 5, 6]).toString('base64') }], 1],
    ['a text that is no base64', [{ embedding: 'not base64!' }], 1],
    ['an empty text', [{ embedding: '' }], 1],
    ['an object', [{ embedding: { 0: 1 } }], 1],
    ['nothing', [{ embedding: undefined }], 1],
  ])('refuses %s', (_what, rows, count, dimensions) => {
    expect(catchError(() => check(rows, count, dimensions))).toMatchObject({
      name: 'EmbeddingError',
      code: 'invalid_reply',
      canFallBack: true,
    });
  });

  test('says which width was expected, and no number of a vector', () => {
    const error = catchError(() => check([{ embedding: [0.123456, 1] }], 1, 384));
    expect(String(error)).toContain('Expected 384 numbers in vector 0 from h, but got 2.');
    expect(String(error)).not.toContain('0.123');
  });
});
