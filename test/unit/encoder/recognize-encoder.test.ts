import { describe, expect, test } from 'vitest';
import { recognizeEncoder } from '../../../src/encoder/recognize-encoder.js';
import { evaluateOutput } from '../../../src/onnx/evaluate.js';
import { readGraph } from '../../../src/onnx/read-graph.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../support/random-encoder.js';
import { runEncoder } from '../../support/reference-encoder.js';
import { getCosine } from '../model/support.js';

const KINDS = ['fp32', 'fp16', 'q8', 'uint8', 'weights8'] as const;
const OPSETS = [11, 14, 17, 20] as const;

const VARIANTS: RandomEncoderOptions[] = [
  ...OPSETS.flatMap((opset) => KINDS.map((kind) => ({ opset, kind }))),
  ...OPSETS.flatMap((opset): RandomEncoderOptions[] => [
    { opset, isFused: true, isGemm: true },
    { opset, kind: 'q8', isFused: true },
    { opset, norms: 'before', activation: 'gelu-tanh', hasTokenTypes: false },
    { opset, activation: 'relu', paddingId: 1, kind: 'q8' },
    { opset, heads: 1, headWidth: 32, head: { pooling: 'mean' } },
    { opset, heads: 4, headWidth: 8, head: { pooling: 'mean', normalize: 'reduce' } },
    { opset, heads: 2, headWidth: 128, layers: 1, head: { pooling: 'cls', dense: 'tanh', normalize: 'squares' } },
    {
      opset,
      heads: 3,
      headWidth: 64,
      layers: 1,
      head: { pooling: 'last_token', dense: 'relu', normalize: 'operator' },
    },
    { opset, head: { pooling: 'mean', dense: 'none', normalize: 'reduce' } },
  ]),
];

const IDS = [31, 7, 45, 12, 50, 3, 28, 19, 44, 1, 57];

describe('recognizeEncoder', () => {
  test.each(VARIANTS.map((options, seed) => ({ ...options, seed: seed + 1 })))(
    'finds the encoder in a model of %j',
    (options) => {
      const { model, outputName, maxTokens, width } = makeRandomEncoder(options);
      const graph = readGraph(model);
      const encoder = recognizeEncoder(graph, { outputName, maxTokens });
      expect(encoder).toMatchObject({ vocabularySize: 60, maxTokens, width });
      expect(encoder.layers).toHaveLength(options.layers ?? 2);
      for (const { attention, feedForward, norms } of encoder.layers) {
        expect(attention).toMatchObject({ heads: options.heads ?? 2, headWidth: options.headWidth ?? 16 });
        expect(feedForward.activation).toBe(options.activation ?? 'gelu');
        expect(norms).toBe(options.norms ?? 'after');
      }
      expect(encoder.head?.pooling).toBe(options.head?.pooling);
      expect(encoder.embedding.positions.paddingId).toBe(options.paddingId);
      const expected = Float32Array.from(evaluateOutput(graph, outputName, { ids: IDS }).data);
      const actual = Float32Array.from(runEncoder(encoder, IDS));
      expect(actual).toHaveLength(expected.length);
      // Bytes of a file are taken as they are; floats become bytes here.
      const isExact = options.kind === 'q8' || options.kind === 'uint8' || options.kind === 'weights8';
      expect(getCosine(actual, expected)).toBeGreaterThan(isExact ? 0.9999 : 0.995);
    },
  );
});
