/** Vectors of one byte or one bit a number: many in one typed array, and how two of them are compared. */

/** Which of the client's smaller formats vectors are in. */
export type PackedFormat = 'int8' | 'binary';

/** Vectors one behind the other, all equally wide. */
export type Packed = Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** How many of a byte's bits are 1. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** The vectors of a response with `encoding_format: format` in one array of `[rows, bytes]`. */
export function packRows(rows: readonly (readonly number[])[], format: PackedFormat): Packed {
  const width = rows[0]?.length ?? 0;
  const packed = format === 'int8' ? new Int8Array(rows.length * width) : new Uint8Array(rows.length * width);
  rows.forEach((row, index) => {
    packed.set(row, index * width);
  });
  return packed;
}

/** How near `query` is to the row of `packed` that starts at `offset`: 1 is the same direction. */
export function compareRow(query: Packed, packed: Packed, offset: number): number {
  return packed instanceof Int8Array ? cosine(query, packed, offset) : estimateCosine(query, packed, offset);
}

/** By integers alone: each `int8` vector has a scale of its own, so a bare dot product would compare wrongly. */
function cosine(query: Packed, packed: Packed, offset: number): number {
  let dot = 0;
  let queryLength = 0;
  let rowLength = 0;
  for (let column = 0; column < query.length; column++) {
    const x = query[column] ?? 0;
    const y = packed[offset + column] ?? 0;
    dot += x * y;
    queryLength += x * x;
    rowLength += y * y;
  }
  return dot / Math.sqrt(queryLength * rowLength);
}

/** Of the Hamming distance. Source: Charikar, "Similarity Estimation Techniques from Rounding Algorithms", STOC 2002. */
function estimateCosine(query: Packed, packed: Packed, offset: number): number {
  let distance = 0;
  for (let byte = 0; byte < query.length; byte++) {
    distance += ONES[(query[byte] ?? 0) ^ (packed[offset + byte] ?? 0)] ?? 0;
  }
  return Math.cos((Math.PI * distance) / (query.length * 8));
}
