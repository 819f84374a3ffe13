/** How alike vectors are. */

/**
 * The least cosine between rows at the same place; -1 when a row has no direction or isn't finite.
 *
 * @param a - `[rows, dimensions]`, row-major.
 * @param b - of the same shape.
 */
export function minCosine(a: Float32Array, b: Float32Array, dimensions: number): number {
  if (a.length !== b.length || a.length === 0) return -1;
  let least = 1;
  for (let start = 0; start < a.length; start += dimensions) {
    const cosine = cosineOf(a.subarray(start, start + dimensions), b.subarray(start, start + dimensions));
    // Comparisons with NaN are false, so this order refuses it.
    least = cosine >= -1 ? Math.min(least, cosine) : -1;
  }
  return least;
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  a.forEach((x, index) => {
    const y = b[index] ?? 0;
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  });
  return Math.max(-1, Math.min(1, dot / Math.sqrt(squaresA * squaresB)));
}
