/** Vectors of each format that are too many for a search on the page's thread. */
import type { PackedVectors, SearchMatch } from 'inpage-embeddings/search';
import { expect } from 'vitest';
import { makeVectors, scoreAll, type FORMATS } from './search-reference.js';

/** Numbers of a row; of binary vectors bytes. */
export const DIMENSIONS = 200;
export const ROWS = 12_000;

/** `[ROWS, DIMENSIONS]`, or more rows. */
export function makeLarge(format: (typeof FORMATS)[number], rows: number = ROWS): PackedVectors {
  return makeVectors(format, rows * DIMENSIONS, 5);
}

/** Compares what was found with every row's score. */
export function expectNearest(found: readonly SearchMatch[], query: PackedVectors, vectors: PackedVectors): void {
  const scores = scoreAll(query, vectors, query instanceof Uint8Array ? 8 * DIMENSIONS : DIMENSIONS);
  const best = scores.toSorted((a, b) => b - a);
  found.forEach(({ index, score }, rank) => {
    expect(score).toBeCloseTo(best[rank] ?? NaN, 4);
    expect(score).toBeCloseTo(scores[index] ?? NaN, 4);
  });
}

/** Whether two arrays have the same bytes. `toEqual` takes seconds for millions of numbers. */
export function haveSameBytes(a: PackedVectors, b: PackedVectors): boolean {
  const other = bytesOf(b);
  return a.byteLength === b.byteLength && bytesOf(a).every((byte, index) => byte === other[index]);
}

function bytesOf({ buffer, byteOffset, byteLength }: PackedVectors): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
