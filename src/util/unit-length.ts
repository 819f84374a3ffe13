/** Vectors to unit length. */

/**
 * Divides every row by its Euclidean length, in place.
 *
 * @param vectors - `[rows, dimensions]`, row-major, finite, no row all zeros.
 */
export function scaleRowsToUnit(vectors: Float32Array, dimensions: number): void {
  for (let start = 0; start < vectors.length; start += dimensions) {
    const row = vectors.subarray(start, start + dimensions);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    row.forEach((value, index) => {
      row[index] = value / length;
    });
  }
}
