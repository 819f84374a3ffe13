/** Whole models on a build of the kernel, against what their graphs mean. Runs in Node and in a browser. */
import { describe, expect, test } from 'vitest';
import type { KernelFiles } from '../../src/runtime/kernel/wasm/choose-dot.js';
import { startKernel, type StartedKernel } from '../../src/runtime/kernel/start-kernel.js';
import { evaluateOutput } from '../../src/runtime/onnx/evaluate.js';
import { readGraph } from '../../src/runtime/onnx/read-graph.js';
import { minCosine } from '../../src/util/cosine.js';
import { makeRandomEncoder, type RandomEncoder, type RandomEncoderOptions } from './random-encoder.js';

/** Opsets, dtypes, norms, heads and ways to pool, each at least once. */
export const MODELS: readonly RandomEncoderOptions[] = [
  { opset: 11, kind: 'q8', heads: 4, headWidth: 32 },
  { opset: 14, kind: 'q8', heads: 2, headWidth: 64, fused: 'split' },
  { opset: 17, kind: 'uint8', heads: 1, headWidth: 128, feedForward: 96, activation: 'gelu-tanh' },
  { opset: 20, kind: 'fp32', heads: 3, headWidth: 16, norms: 'before', activation: 'relu' },
  { opset: 14, kind: 'fp16', heads: 2, headWidth: 24, paddingId: 1 },
  { opset: 17, kind: 'weights8', heads: 2, headWidth: 32, head: { pooling: 'mean', normalize: 'reduce' } },
  { opset: 20, kind: 'fp32', head: { pooling: 'cls', dense: 'tanh', normalize: 'squares' } },
  { opset: 11, kind: 'q8', head: { pooling: 'last_token', dense: 'relu' } },
];

/** Around panels, pairs and blocks of rows, up to the model's limit. */
const LENGTHS = [1, 2, 3, 7, 8, 9, 16, 17, 59, 60, 61, 64];
const MAX_TOKENS = 64;

/** Ids below the test models' vocabulary, which is small; none of them is what pads. */
export function makeIds(length: number): number[] {
  return Array.from({ length }, (_, index) => 2 + ((index * 17 + length) % 50));
}

/** Registers the tests; `urls` are the builds to choose from. */
export function describeModels(name: string, urls: () => KernelFiles): void {
  const start = ({ model, outputName }: RandomEncoder, options: RandomEncoderOptions): Promise<StartedKernel> =>
    startKernel({
      weights: model,
      output: { name: outputName, isPooled: options.head !== undefined },
      maxTokens: MAX_TOKENS,
      urls: urls(),
      mustProve: true,
    });

  describe(`whole models, ${name}`, () => {
    test.each(MODELS)('agree with their graph at every length: %j', async (options) => {
      const encoder = makeRandomEncoder({ ...options, maxTokens: MAX_TOKENS });
      const { kernel, proof } = await start(encoder, options);
      expect(proof?.passed).toBe(true);
      const graph = readGraph(encoder.model);
      for (const length of LENGTHS) {
        const ids = makeIds(length);
        const expected = Float32Array.from(evaluateOutput(graph, encoder.outputName, { ids }).data);
        expect(minCosine(kernel.run(ids), expected, kernel.dimensions)).toBeGreaterThan(0.99);
      }
    });

    test('agree with their graph at the largest widths', async () => {
      const options: RandomEncoderOptions = { kind: 'q8', layers: 1, heads: 16, headWidth: 64, feedForward: 4096 };
      const encoder = makeRandomEncoder({ ...options, maxTokens: MAX_TOKENS });
      const { kernel } = await start(encoder, options);
      expect(kernel.dimensions).toBe(1024);
      const ids = makeIds(7);
      const expected = Float32Array.from(evaluateOutput(readGraph(encoder.model), encoder.outputName, { ids }).data);
      expect(minCosine(kernel.run(ids), expected, 1024)).toBeGreaterThan(0.99);
      // Twelve million weights are made, read and judged.
    }, 120_000);

    test('give a text the same bits after any other, and on another kernel', async () => {
      const options = { ...MODELS[0], maxTokens: MAX_TOKENS };
      const encoder = makeRandomEncoder(options);
      const [{ kernel: one }, { kernel: other }] = [await start(encoder, options), await start(encoder, options)];
      const alone = LENGTHS.map((length) => one.run(makeIds(length)).slice());
      for (const [index, length] of [...LENGTHS.entries()].reverse()) {
        expect(other.run(makeIds(length))).toEqual(alone[index]);
      }
    });

    test.each([[[]], [Array.from({ length: 65 }, () => 5)]])('refuse a text of a length out of range', async (ids) => {
      const { kernel } = await start(makeRandomEncoder({ maxTokens: MAX_TOKENS }), {});
      expect(() => kernel.run(ids)).toThrow(expect.objectContaining({ code: 'internal' }) as Error);
    });

    test.each([60, -1, 1e9, 0.5, NaN])('refuse the token id %d, which the table has no row for', async (id) => {
      const { kernel } = await start(makeRandomEncoder({ maxTokens: MAX_TOKENS }), {});
      expect(kernel.vocabularySize).toBe(60);
      expect(() => kernel.run([5, id])).toThrow(expect.objectContaining({ code: 'internal' }) as Error);
      expect(kernel.run([5])).toHaveLength(kernel.dimensions);
    });
  });
}
