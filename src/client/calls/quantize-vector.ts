/** One vector in fewer bits. Pure; each vector by itself, so its numbers don't depend on what else is embedded. */

/** The largest int8 that is used. -128 isn't, so that the range is as wide on both sides of 0. */
const LARGEST_INT8 = 127;

/**
 * `[dimensions]` integers of -127 to 127, for `[dimensions]` float32 numbers of any length.
 *
 * `round(127 · x / max |x|)`. The scale differs from vector to vector and isn't kept: a cosine needs none, while a bare dot
 * product would compare wrongly. A vector of zeros stays one. sentence-transformers' `int8` is another: it learns a range
 * for each dimension from many vectors, which a call doesn't have.
 */
export function toInt8(vector: Float32Array): number[] {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Int8Array turns the -0 of round() and the NaN of 0 / 0 to 0.
  return Array.from(Int8Array.from(vector, (value) => Math.round((LARGEST_INT8 * value) / largest)));
}

/**
 * `[ceil(dimensions / 8)]` bytes of 0 to 255, one bit for each of `[dimensions]` float32 numbers: 1 where it is over 0.
 *
 * The first number is the highest bit of the first byte; bits of the last byte that no number has are 0. Compare by
 * Hamming distance.
 *
 * Source: `ubinary` of sentence-transformers, `quantize_embeddings` in sentence_transformers/quantization.py; bit order of
 * numpy.packbits.
 */
export function toBits(vector: Float32Array): number[] {
  return Array.from({ length: Math.ceil(vector.length / 8) }, (_, byte) =>
    vector
      .subarray(byte * 8, byte * 8 + 8)
      .reduce((bits, value, index) => (value > 0 ? bits | (128 >> index) : bits), 0),
  );
}
