/** How far two engines' vectors agree. */

/** The least cosine over all texts. NaN when an engine gave another count or width, or a vector without a direction. */
export function minCosine(vectors: readonly ArrayLike<number>[], others: readonly ArrayLike<number>[]): number {
  if (vectors.length !== others.length || vectors.length === 0) return NaN;
  return Math.min(...vectors.map((vector, index) => cosine(vector, others[index] ?? [])));
}

function cosine(vector: ArrayLike<number>, other: ArrayLike<number>): number {
  if (vector.length !== other.length) return NaN;
  let dot = 0;
  let squares = 0;
  let otherSquares = 0;
  for (let column = 0; column < vector.length; column++) {
    const value = vector[column] ?? NaN;
    const otherValue = other[column] ?? NaN;
    dot += value * otherValue;
    squares += value * value;
    otherSquares += otherValue * otherValue;
  }
  return dot / Math.sqrt(squares * otherSquares);
}
