import { describe, expect, test } from 'vitest';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { evaluateOutput } from '../../../../../src/runtime/onnx/evaluate.js';
import { readGraph } from '../../../../../src/runtime/onnx/read-graph.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../../../support/random-encoder.js';
import { runEncoder } from '../../../../support/reference-encoder.js';
import { getCosine } from '../../../scripts/model/support.js';

const KINDS = ['fp32', 'fp16', 'q8', 'uint8', 'weights8'] as const;
const OPSETS = [11, 14, 17, 20] as const;

const VARIANTS: RandomEncoderOptions[] = [
  ...OPSETS.flatMap((opset) => KINDS.map((kind) => ({ opset, kind }))),
  ...OPSETS.flatMap((opset): RandomEncoderOptions[] => [
    { opset, fused: 'split', isGemm: true },
    { opset, kind: 'q8', fused: 'split' },
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
    { opset, fused: 'slices', kind: 'uint8' },
    { opset, fused: 'stacked', kind: 'q8', heads: 4, headWidth: 24 },
    { opset, fused: 'stacked', norms: 'before' },
  ]),
  { opset: 17, isOptimised: true },
  { opset: 17, isOptimised: true, activation: 'gelu-tanh', kind: 'q8' },
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

  // What computes has limits, and what recognises has none.
  test.each<RandomEncoderOptions>([
    { heads: 1, headWidth: 20, opset: 11 },
    { heads: 3, headWidth: 5, opset: 11 },
    { heads: 1, headWidth: 15, norms: 'before', opset: 14 },
    { heads: 4, headWidth: 4, opset: 17 },
    { heads: 1, headWidth: 136, layers: 1, opset: 17 },
    { heads: 65, headWidth: 16, feedForward: 16, layers: 1, opset: 11 },
    { feedForward: 40, opset: 11 },
    { feedForward: 4112, layers: 1, opset: 17 },
  ])('finds an encoder of any size: %j', (options) => {
    const { model, outputName, maxTokens, width } = makeRandomEncoder({ kind: 'q8', ...options });
    const graph = readGraph(model);
    const encoder = recognizeEncoder(graph, { outputName, maxTokens });
    expect(encoder.width).toBe(width);
    const ids = IDS.slice(0, 2);
    const expected = Float32Array.from(evaluateOutput(graph, outputName, { ids }).data);
    expect(getCosine(Float32Array.from(runEncoder(encoder, ids)), expected)).toBeGreaterThan(0.9999);
  });

  test('finds an encoder for texts of any length', () => {
    const { model, outputName } = makeRandomEncoder({ kind: 'q8', maxTokens: 3000, layers: 1 });
    const encoder = recognizeEncoder(readGraph(model), { outputName, maxTokens: 3000 });
    expect(encoder).toMatchObject({ maxTokens: 3000, embedding: { positions: { values: { length: 3000 * 32 } } } });
  });

  test.each(OPSETS)('knows every position of the longest text, in operator set %i', (opset) => {
    const { model, outputName, maxTokens } = makeRandomEncoder({ opset, kind: 'q8' });
    const graph = readGraph(model);
    const ids = Array.from({ length: maxTokens }, (_, at) => (at * 17 + 5) % 60);
    const expected = Float32Array.from(evaluateOutput(graph, outputName, { ids }).data);
    const actual = Float32Array.from(runEncoder(recognizeEncoder(graph, { outputName, maxTokens }), ids));
    expect(getCosine(actual, expected)).toBeGreaterThan(0.99999);
  });

  test('takes weights, biases and norms as they are', () => {
    const { model, outputName, maxTokens, parameters } = makeRandomEncoder({ kind: 'q8' });
    const { layers, embedding } = recognizeEncoder(readGraph(model), { outputName, maxTokens });
    layers.forEach(({ attention, feedForward, attentionNorm }, index) => {
      const linears = {
        query: attention.query,
        value: attention.value,
        output: attention.output,
        down: feedForward.down,
      };
      for (const [key, linear] of Object.entries(linears)) {
        const { weights, scales, bias } = linear.quantize();
        const values = Float32Array.from(weights, (x, at) => x * (scales[at % linear.outputs] ?? NaN));
        expect(values).toEqual(parameters.get(`layer${index}.${key}.weights`));
        expect(bias).toEqual(parameters.get(`layer${index}.${key}.bias`));
      }
      expect(attentionNorm.gamma).toEqual(parameters.get(`layer${index}.attentionNorm.gamma`));
    });
    expect(embedding.norm?.beta).toEqual(parameters.get('embedding.beta'));
    // The table's zero point went into the positions; nothing was rounded again.
    const { table, positions } = embedding;
    const [words, rows, types] = ['words', 'positions', 'types'].map((key) => parameters.get(key));
    const actual = (table.values[5 * 32 + 3] ?? NaN) * (table.scales[5] ?? NaN) + (positions.values[7 * 32 + 3] ?? NaN);
    expect(actual).toBeCloseTo((words?.[5 * 32 + 3] ?? NaN) + (rows?.[7 * 32 + 3] ?? NaN) + (types?.[3] ?? NaN), 5);
  });

  test('rounds floats to 127 steps a column', () => {
    const { model, outputName, maxTokens, parameters } = makeRandomEncoder({ kind: 'fp32', isGemm: true });
    const { layers } = recognizeEncoder(readGraph(model), { outputName, maxTokens });
    const up = layers[0]?.feedForward.up ?? expect.fail();
    const { outputs } = up;
    const { weights, scales } = up.quantize();
    const exact = parameters.get('layer0.up.weights');
    weights.forEach((x, at) => {
      const scale = scales[at % outputs] ?? NaN;
      expect(Math.abs(x * scale - (exact?.[at] ?? NaN))).toBeLessThan(scale * 0.5001);
    });
    for (let column = 0; column < outputs; column++) {
      const steps = weights.filter((_, at) => at % outputs === column).map(Math.abs);
      expect(Math.max(...steps)).toBe(127);
    }
  });

  test('follows positions that skip padding', () => {
    const { model, outputName, maxTokens } = makeRandomEncoder({ paddingId: 1, kind: 'q8' });
    const graph = readGraph(model);
    const encoder = recognizeEncoder(graph, { outputName, maxTokens });
    expect(encoder.embedding.positions).toMatchObject({
      offset: 2,
      paddingId: 1,
      values: { length: (maxTokens + 2) * 32 },
    });
    const ids = [31, 1, 45, 12, 1, 1, 28];
    const expected = Float32Array.from(evaluateOutput(graph, outputName, { ids }).data);
    expect(getCosine(Float32Array.from(runEncoder(encoder, ids)), expected)).toBeGreaterThan(0.99999);
  });

  test('takes tables whose rows have scales of their own', () => {
    const { model, outputName, maxTokens } = makeRandomEncoder({ kind: 'weights8', vocabulary: 50 });
    const { table } = recognizeEncoder(readGraph(model), { outputName, maxTokens }).embedding;
    expect(table.values).toHaveLength(50 * 32);
    expect(table.scales).toHaveLength(50);
  });
});
