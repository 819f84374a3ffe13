import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../../scripts/model/encoder-weights.js';
import { quantizeColumns, quantizeRows } from '../../../../scripts/model/quantize.js';

/** Waves whose size differs a hundredfold between columns and between rows. */
function makeMatrix(rows: number, columns: number): Matrix {
  const values = Float32Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    return Math.sin(index * 1.7) * 10 ** ((index % columns) % 3) * 10 ** (row % 3);
  });
  return { rows, columns, values };
}

describe.each([
  ['quantizeColumns', quantizeColumns, (_row: number, column: number) => column],
  ['quantizeRows', quantizeRows, (row: number) => row],
] as const)('%s', (_name, quantize, groupOf) => {
  test('gives back each weight to within half a scale', () => {
    const matrix = makeMatrix(17, 9);
    const { values, scales } = quantize(matrix);
    matrix.values.forEach((value, index) => {
      const scale = scales[groupOf(Math.floor(index / matrix.columns), index % matrix.columns)] ?? Number.NaN;
      expect(Math.abs((values[index] ?? Number.NaN) * scale - value)).toBeLessThanOrEqual(scale * 0.50001);
    });
  });

  test('uses the whole range but −128, and keeps zeros', () => {
    const { values, scales } = quantize({ rows: 2, columns: 2, values: new Float32Array([-3, 0, 0, 5]) });
    expect([...values]).toEqual([-127, 0, 0, 127]);
    expect(scales[0]).toBeCloseTo(3 / 127, 7);
    expect(scales[1]).toBeCloseTo(5 / 127, 7);
  });

  test('gives zeros and a finite scale for weights that are all zero', () => {
    const { values, scales } = quantize({ rows: 2, columns: 2, values: new Float32Array(4) });
    expect([...values]).toEqual([0, 0, 0, 0]);
    expect([...scales]).toEqual([1, 1]);
  });
});
