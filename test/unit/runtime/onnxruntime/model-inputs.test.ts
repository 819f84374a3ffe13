import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POOLINGS } from '../../../../src/api/vocabulary.js';
import { toPoolingWeights } from '../../../../src/runtime/onnxruntime/model-inputs.js';

describe('toPoolingWeights', () => {
  test.each([
    ['mean', [0.5, 0.5, 0, 0, 0.25, 0.25, 0.25, 0.25]],
    ['cls', [1, 0, 0, 0, 1, 0, 0, 0]],
    ['last_token', [0, 1, 0, 0, 0, 0, 0, 1]],
  ] as const)('weighs texts of two and four tokens for %s pooling', (pooling, weights) => {
    expect([...toPoolingWeights([2, 4], 4, pooling)]).toEqual(weights);
  });

  test.each(POOLINGS)('weighs the only token of a text with one for %s pooling', (pooling) => {
    expect([...toPoolingWeights([1], 3, pooling)]).toEqual([1, 0, 0]);
  });

  test.each(POOLINGS)('sums to one a row and to nothing over padding, for %s pooling', (pooling) => {
    const batch = fc
      .integer({ min: 1, max: 600 })
      .chain((length) =>
        fc.tuple(fc.constant(length), fc.array(fc.integer({ min: 1, max: length }), { minLength: 1, maxLength: 8 })),
      );
    fc.assert(
      fc.property(batch, ([length, counts]) => {
        const weights = toPoolingWeights(counts, length, pooling);
        expect(weights.length).toBe(counts.length * length);
        counts.forEach((count, row) => {
          const [tokens, padding] = [weights.subarray(row * length, row * length + count), row * length + count];
          expect(tokens.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
          expect(weights.subarray(padding, (row + 1) * length).every((weight) => weight === 0)).toBe(true);
        });
      }),
    );
  });
});
