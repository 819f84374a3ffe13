import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBits, toInt8 } from '../../../../src/client/calls/quantize-vector.js';

/** Vectors of every width around whole bytes, with numbers of every size. */
const vectorArbitrary = fc
  .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 })
  .map((values) => Float32Array.from(values));

const getLargest = (vector: Iterable<number>): number => Math.max(...Array.from(vector, Math.abs));

describe('toInt8', () => {
  test.each([
    [
      [1, -1, 0.5, 0],
      [127, -127, 64, 0],
    ],
    [
      [0.25, -0.125],
      [127, -63],
    ],
    [[-3], [-127]],
    [
      [254, 1.5, 0.5, -0.5, -1.5],
      [127, 1, 0, 0, -1],
    ],
  ])('turns %j to %j', (vector, expected) => {
    expect(toInt8(Float32Array.from(vector))).toEqual(expected);
  });

  test('keeps a vector of zeros', () => {
    expect(toInt8(new Float32Array(3))).toEqual([0, 0, 0]);
  });

  test('gives integers of -127 to 127 and uses the whole range', () => {
    fc.assert(
      fc.property(vectorArbitrary, (vector) => {
        const integers = toInt8(vector);
        expect(integers.every((value) => Number.isInteger(value) && !Object.is(value, -0))).toBe(true);
        expect(getLargest(integers)).toBe(getLargest(vector) === 0 ? 0 : 127);
      }),
    );
  });

  test('is at most half a step off', () => {
    fc.assert(
      fc.property(vectorArbitrary, (vector) => {
        const step = getLargest(vector) / 127;
        for (const [index, value] of toInt8(vector).entries()) {
          const error = Math.abs(value * step - (vector[index] ?? 0));
          expect(error).toBeLessThanOrEqual((step / 2) * (1 + 1e-9));
        }
      }),
    );
  });

  test('takes no notice of the length of the vector', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const vector = Float32Array.from(values);
        expect(toInt8(vector.map((value) => value / 1024))).toEqual(toInt8(vector));
      }),
    );
  });
});

describe('toBits', () => {
  test('puts the first number into the highest bit', () => {
    expect(toBits(Float32Array.from([1, -1, -1, -1, -1, -1, -1, -1]))).toEqual([128]);
    expect(toBits(Float32Array.from([-1, -1, -1, -1, -1, -1, 1, 1]))).toEqual([3]);
  });

  test('sets a bit only for a number over 0', () => {
    expect(toBits(Float32Array.from([0, -0, 1e-40, -1e-40, 1, 1, 1, 1]))).toEqual([0b00101111]);
  });

  test.each([
    [1, [128]],
    [7, [254]],
    [8, [255]],
    [9, [255, 128]],
    [15, [255, 254]],
    [16, [255, 255]],
  ])('pads %i numbers with zero bits to whole bytes', (width, expected) => {
    expect(toBits(new Float32Array(width).fill(1))).toEqual(expected);
  });

  test('gives each number its bit', () => {
    fc.assert(
      fc.property(vectorArbitrary, (vector) => {
        const bits = toBits(vector)
          .map((byte) => byte.toString(2).padStart(8, '0'))
          .join('');
        const expected = Array.from(vector, (value) => (value > 0 ? '1' : '0')).join('');
        expect(bits).toBe(expected.padEnd(Math.ceil(vector.length / 8) * 8, '0'));
      }),
    );
  });

  test('reads a vector from the middle of a buffer', () => {
    expect(toBits(new Float32Array([1, 1, -1, 1, 1]).subarray(2, 4))).toEqual([64]);
  });
});
