/** What `int8` and `binary` lose, on reference vectors. The README and `EncodingFormat` state these bounds. */
import { describe, expect, test } from 'vitest';
import { toBits, toInt8 } from '../../../src/client/calls/quantize-vector.js';
import { readMiniLm } from '../../support/mini-lm.js';
import { getHammingDistance, getRecall, getSpearman, listPairs, type Likeness } from '../../support/rankings.js';
import { getCosine, readReferences } from '../scripts/model/support.js';

/** Measured values, rounded to the worse side. */
const MODELS = [
  {
    model: 'the bundled model',
    vectors: readReferences({ withTies: true }).map(({ vector }) => vector),
    int8: { minCosine: 0.99998, largestError: 0.001 },
    binary: { spearman: 0.95, foundIn5: 0.82, foundIn10: 0.97, meanError: 0.05, largestError: 0.17 },
  },
  {
    model: 'all-MiniLM-L6-v2',
    vectors: (readMiniLm() ?? []).map(({ embedding }) => Float32Array.from(embedding)),
    int8: { minCosine: 0.9998, largestError: 0.003 },
    binary: { spearman: 0.79, foundIn5: 0.67, foundIn10: 0.88, meanError: 0.052, largestError: 0.25 },
  },
];

/** How alike the vectors are in each format, each measured as its users are told to. */
function compareFormats(vectors: readonly Float32Array[]): Record<'float' | 'int8' | 'binary', Likeness> {
  const integers = vectors.map((vector) => Float32Array.from(toInt8(vector)));
  const bits = vectors.map(toBits);
  const cosineOf =
    (rows: readonly Float32Array[]): Likeness =>
    (i, j) =>
      getCosine(rows[i] ?? new Float32Array(), rows[j] ?? new Float32Array());
  const dimensions = vectors[0]?.length ?? 0;
  return {
    float: cosineOf(vectors),
    int8: cosineOf(integers),
    binary: (i, j) => Math.cos((Math.PI * getHammingDistance(bits[i] ?? [], bits[j] ?? [])) / dimensions),
  };
}

describe.each(MODELS.filter(({ vectors }) => vectors.length > 0))('on $model', ({ vectors, ...bounds }) => {
  const { float, int8, binary } = compareFormats(vectors);
  const pairs = listPairs(vectors.length);
  const listErrors = (guess: Likeness): number[] => pairs.map(([i, j]) => Math.abs(guess(i, j) - float(i, j)));

  test('an int8 vector points where its float vector does', () => {
    const cosines = vectors.map((vector) => getCosine(vector, Float32Array.from(toInt8(vector))));
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(bounds.int8.minCosine);
  });

  test('int8 keeps the cosine of any two vectors', () => {
    expect(Math.max(...listErrors(int8))).toBeLessThanOrEqual(bounds.int8.largestError);
  });

  test('int8 finds the same five nearest', () => {
    expect(getRecall(vectors.length, float, 5, int8, 5)).toBe(1);
  });

  test('binary ranks pairs much as float does', () => {
    const [hamming, cosines] = [binary, float].map((likeness) => pairs.map(([i, j]) => likeness(i, j)));
    expect(getSpearman(hamming ?? [], cosines ?? [])).toBeGreaterThanOrEqual(bounds.binary.spearman);
  });

  test('binary has most of the five nearest among its own five and ten nearest', () => {
    expect(getRecall(vectors.length, float, 5, binary, 5)).toBeGreaterThanOrEqual(bounds.binary.foundIn5);
    expect(getRecall(vectors.length, float, 5, binary, 10)).toBeGreaterThanOrEqual(bounds.binary.foundIn10);
  });

  test('the Hamming distance estimates the cosine', () => {
    const errors = listErrors(binary);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(mean).toBeLessThanOrEqual(bounds.binary.meanError);
    expect(Math.max(...errors)).toBeLessThanOrEqual(bounds.binary.largestError);
  });
});
