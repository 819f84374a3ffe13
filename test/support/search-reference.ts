/** Search as anyone would write it first, to compare with; and vectors to search in. */
import type { PackedVectors } from '../../src/api/search.js';

/** A kind of packed vectors, with numbers of its range. */
export const FORMATS = ['float', 'int8', 'binary'] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** `[length]` numbers that look random, the same for a seed. Few different ones for `coarse`, so that rows are alike. */
export function makeVectors(format: Format, length: number, seed: number, isCoarse = false): PackedVectors {
  let state = seed >>> 0;
  const next = (): number => {
    // Source: Numerical Recipes, "An Even Quicker Generator".
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const share = state / 2 ** 32;
    return isCoarse ? Math.round(share) : share;
  };
  if (format === 'float') return Float32Array.from({ length }, () => next() * 2 - 1);
  if (format === 'int8') return Int8Array.from({ length }, () => Math.round(next() * 255) - 128);
  return Uint8Array.from({ length }, () => Math.round(next() * 255));
}

/** The score of one row, in float64. */
export function scoreNaively(query: PackedVectors, row: PackedVectors, dimensions: number): number {
  let dot = 0;
  let squares = 0;
  let otherSquares = 0;
  let distance = 0;
  query.forEach((x, column) => {
    const y = row[column] ?? 0;
    dot += x * y;
    squares += x * x;
    otherSquares += y * y;
    distance += (x ^ y).toString(2).replaceAll('0', '').length;
  });
  if (query instanceof Float32Array) return dot;
  if (query instanceof Int8Array) return squares * otherSquares === 0 ? 0 : dot / Math.sqrt(squares * otherSquares);
  return Math.cos((Math.PI * distance) / dimensions);
}

/** Every row's score. */
export function scoreAll(query: PackedVectors, vectors: PackedVectors, dimensions: number): number[] {
  const width = query.length;
  return Array.from({ length: vectors.length / width }, (_, row) =>
    scoreNaively(query, vectors.subarray(row * width, (row + 1) * width), dimensions),
  );
}
