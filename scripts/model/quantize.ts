/**
 * Rounds weight matrices to signed bytes. Symmetric: a stored value times its scale is the weight, zero stays zero.
 */
import type { Matrix } from './encoder-weights.js';

/** A matrix of signed bytes in -127…127, row-major, with one scale per row or per column. */
export interface QuantizedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Int8Array;
  /** Multiply a stored value by the scale of its row or column; `[rows]` or `[columns]`. */
  readonly scales: Float32Array;
}

const LARGEST = 127;

/**
 * Rounds each weight to the nearest multiple of its column's scale, the column's largest magnitude / 127.
 * The error of a weight is at most half a scale. Columns are outputs, so their scales do not mix.
 */
export function quantizeColumns(matrix: Matrix): QuantizedMatrix {
  return quantize(matrix, matrix.columns, (_row, column) => column);
}

/** As {@link quantizeColumns} with a scale per row, for a table whose rows are looked up one by one. */
export function quantizeRows(matrix: Matrix): QuantizedMatrix {
  return quantize(matrix, matrix.rows, (row) => row);
}

function quantize(matrix: Matrix, groups: number, groupOf: (row: number, column: number) => number): QuantizedMatrix {
  const { rows, columns, values } = matrix;
  const scales = new Float32Array(groups);
  forEachWeight(matrix, (value, row, column) => {
    const group = groupOf(row, column);
    scales[group] = Math.max(scales[group] ?? 0, Math.abs(value));
  });
  // A group of zeros takes any scale; 1 keeps the division below finite.
  for (let group = 0; group < groups; group++) scales[group] = (scales[group] || LARGEST) / LARGEST;
  const rounded = new Int8Array(values.length);
  forEachWeight(matrix, (value, row, column) => {
    const steps = Math.round(value / (scales[groupOf(row, column)] ?? 1));
    rounded[row * columns + column] = Math.max(-LARGEST, Math.min(LARGEST, steps));
  });
  return { rows, columns, values: rounded, scales };
}

function forEachWeight(matrix: Matrix, visit: (value: number, row: number, column: number) => void): void {
  for (let row = 0; row < matrix.rows; row++) {
    for (let column = 0; column < matrix.columns; column++) {
      visit(matrix.values[row * matrix.columns + column] ?? 0, row, column);
    }
  }
}
