import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Encoder } from '../../../../../src/runtime/kernel/encoder.js';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { readGraph } from '../../../../../src/runtime/onnx/read-graph.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../../../support/random-encoder.js';

const TINY: RandomEncoderOptions = {
  layers: 1,
  heads: 1,
  headWidth: 16,
  feedForward: 16,
  vocabulary: 40,
  maxTokens: 8,
};

const MODELS = (
  [
    { ...TINY, opset: 11, kind: 'uint8', head: { pooling: 'mean', normalize: 'squares' } },
    { ...TINY, opset: 14, kind: 'q8', paddingId: 1 },
    { ...TINY, opset: 17, kind: 'fp16', fused: 'split' },
    { ...TINY, opset: 20, kind: 'weights8', head: { pooling: 'cls', dense: 'tanh', normalize: 'reduce' } },
  ] as const
).map(makeRandomEncoder);

/** The encoder in some bytes, or the Error that says why there is none. */
function tryRecognize(model: Uint8Array, outputName: string): Encoder | Error {
  try {
    return recognizeEncoder(readGraph(model), { outputName, maxTokens: 8 });
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** What came out can be used: nothing is missing, and nothing is larger than the file explains. */
function expectSound(result: Encoder | Error, bytes: number): void {
  if (result instanceof Error) return;
  for (const { attention, feedForward } of result.layers) {
    for (const linear of [attention.query, attention.key, attention.value, attention.output, feedForward.up]) {
      const { weights, scales, bias } = linear.quantize();
      expect(weights).toHaveLength(linear.inputs * linear.outputs);
      expect(scales).toHaveLength(linear.outputs);
      expect(bias).toHaveLength(linear.outputs);
      expect(weights.length).toBeLessThan(bytes);
    }
  }
}

describe('whatever is wrong with a file, readGraph and recognizeEncoder', () => {
  test('give an encoder for one that is sound', () => {
    for (const { model, outputName } of MODELS) expect(tryRecognize(model, outputName)).not.toBeInstanceOf(Error);
  });

  test('end with an encoder or an Error where bytes are changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.nat({ max: MODELS.length - 1 }), changes, (which, list) => {
        const { model, outputName } = MODELS[which] ?? makeRandomEncoder(TINY);
        const damaged = model.slice();
        for (const [at, byte] of list) damaged[at % damaged.length] = byte;
        expectSound(tryRecognize(damaged, outputName), damaged.length);
      }),
      { numRuns: 300 },
    );
  });

  test('end with an Error where a file breaks off', () => {
    for (const { model, outputName } of MODELS) {
      for (let end = 0; end < model.length - 20; end += 97) {
        expect(tryRecognize(model.subarray(0, end), outputName)).toBeInstanceOf(Error);
      }
    }
  });

  test('end with an encoder or an Error where parts are left out, doubled or moved', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: MODELS.length - 1 }),
        fc.nat(),
        fc.nat({ max: 200 }),
        fc.nat(),
        (which, from, size, to) => {
          const { model, outputName } = MODELS[which] ?? makeRandomEncoder(TINY);
          const damaged = model.slice();
          damaged.copyWithin(to % model.length, from % model.length, (from % model.length) + size);
          expectSound(tryRecognize(damaged, outputName), damaged.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('end with an Error for bytes of any other kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), (bytes) => {
        expect(tryRecognize(bytes, 'output')).toBeInstanceOf(Error);
      }),
      { numRuns: 500 },
    );
  });
});
