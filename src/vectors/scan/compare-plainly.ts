/**
 * Compares a query with every row in plain JavaScript: for sets too small for a worker, and where WASM has no SIMD. Gives
 * the same numbers as `src/runtime/search/assembly`, bit for bit, so that no score depends on where it was computed.
 */
import type { PackedVectors } from '../../api/search.js';
import type { VectorFormat } from '../../ports/search-messages.js';
import type { Comparison } from './ranking.js';

/** How many of a byte's bits are 1. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** Sums of floats that are kept apart, as two SIMD registers hold them. */
const LANES = 8;

const COMPARE: Readonly<Record<VectorFormat, (query: PackedVectors, vectors: PackedVectors) => Comparison>> = {
  float: multiplyFloats,
  int8: multiplyIntegers,
  binary: countDifferences,
};

/** What `query`, `[width]`, has in common with each row of `vectors`, `[rows, width]`. */
export function comparePlainly(format: VectorFormat, query: PackedVectors, vectors: PackedVectors): Comparison {
  return COMPARE[format](query, vectors);
}

function multiplyFloats(query: PackedVectors, vectors: PackedVectors): Comparison {
  const width = query.length;
  const values = new Float32Array(vectors.length / width);
  const lanes = new Float32Array(LANES);
  for (let row = 0; row < values.length; row++) {
    lanes.fill(0);
    addProducts(query, vectors, row * width, lanes);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
    const { fround } = Math;
    values[row] = fround(fround(fround(a + e) + fround(b + f)) + fround(fround(c + g) + fround(d + h)));
  }
  return { values };
}

/** Adds each product of floats to the lane of its column. */
function addProducts(query: PackedVectors, vectors: PackedVectors, start: number, lanes: Float32Array): void {
  const { fround } = Math;
  const width = query.length;
  for (let lane = 0; lane < LANES; lane++) {
    let sum = 0;
    for (let column = lane; column < width; column += LANES) {
      sum = fround(sum + fround((query[column] ?? 0) * (vectors[start + column] ?? 0)));
    }
    lanes[lane] = sum;
  }
}

function multiplyIntegers(query: PackedVectors, vectors: PackedVectors): Comparison {
  const width = query.length;
  const values = new Int32Array(vectors.length / width);
  const squares = new Int32Array(values.length);
  for (let row = 0, start = 0; row < values.length; row++, start += width) {
    let dot = 0;
    let square = 0;
    for (let column = 0; column < width; column++) {
      const value = vectors[start + column] ?? 0;
      dot += (query[column] ?? 0) * value;
      square += value * value;
    }
    values[row] = dot;
    squares[row] = square;
  }
  return { values, squares };
}

function countDifferences(query: PackedVectors, vectors: PackedVectors): Comparison {
  const width = query.length;
  const values = new Int32Array(vectors.length / width);
  for (let row = 0, start = 0; row < values.length; row++, start += width) {
    let distance = 0;
    for (let byte = 0; byte < width; byte++) {
      distance += ONES[(query[byte] ?? 0) ^ (vectors[start + byte] ?? 0)] ?? 0;
    }
    values[row] = distance;
  }
  return { values };
}
