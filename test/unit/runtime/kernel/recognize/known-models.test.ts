import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Encoder } from '../../../../../src/runtime/kernel/encoder.js';
import { recognizeEncoder } from '../../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { evaluateOutput } from '../../../../../src/runtime/onnx/evaluate.js';
import { readGraph } from '../../../../../src/runtime/onnx/read-graph.js';
import { MINI_LM_DIR, readMiniLm } from '../../../../support/mini-lm.js';
import { runEncoder } from '../../../../support/reference-encoder.js';
import { getCosine, readModelFile, readReferences } from '../../../scripts/model/support.js';

/** Real models in plain JavaScript, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;

const MINI_LM_FILE = join(MINI_LM_DIR, 'onnx/model_quantized.onnx');

function meanOf(rows: ArrayLike<number>, width: number): Float32Array {
  const mean = new Float32Array(width);
  for (let at = 0; at < rows.length; at++) mean[at % width] = (mean[at % width] ?? 0) + (rows[at] ?? NaN);
  return mean;
}

function describeLayers(encoder: Encoder): string[] {
  return encoder.layers.map(({ norms, attention, feedForward, shortcut }) =>
    [
      norms,
      attention.heads,
      attention.headWidth,
      feedForward.up.outputs,
      feedForward.activation,
      shortcut !== undefined,
    ]
      .map(String)
      .join(' '),
  );
}

describe('of the bundled model, recognizeEncoder', () => {
  const output = { outputName: 'sentence_embedding', maxTokens: 128 };

  test.each(['onnx/model_quantized.onnx', 'onnx/model.onnx'])('finds every part of %s', (file) => {
    const encoder = recognizeEncoder(readGraph(readModelFile(file)), output);
    expect(encoder).toMatchObject({ vocabularySize: 8002, maxTokens: 128, width: 512, embedding: { width: 256 } });
    expect(encoder.embedding.positions).toMatchObject({ offset: 0, values: { length: 128 * 256 } });
    expect(describeLayers(encoder)).toEqual(['before 4 64 1536 relu true', 'before 4 128 1536 relu false']);
    expect(encoder.head).toMatchObject({
      pooling: 'mean',
      steps: [{ kind: 'dense', activation: 'tanh' }, { kind: 'normalize' }],
    });
  });

  test('leaves the bytes of the file where they are', () => {
    const model = readModelFile('onnx/model_quantized.onnx');
    const { embedding, layers } = recognizeEncoder(readGraph(model), output);
    expect(embedding.table.values.buffer).toBe(model.buffer);
    for (const { attention, feedForward } of layers) {
      expect(attention.query.quantize().weights.buffer).toBe(model.buffer);
      expect(feedForward.down.quantize().weights.buffer).toBe(model.buffer);
    }
  });

  test.each([
    ['onnx/model_quantized.onnx', 0.999999],
    ['onnx/model.onnx', 0.998],
  ])(
    'gives of %s what computes the same vectors as the graph, and as the original',
    (file, cosine) => {
      const graph = readGraph(readModelFile(file));
      const encoder = recognizeEncoder(graph, output);
      const short = readReferences({ withTies: false }).filter(({ ids }) => ids.length > 3 && ids.length < 16);
      for (const { ids, vector } of short.slice(0, 3)) {
        const expected = Float32Array.from(evaluateOutput(graph, output.outputName, { ids }).data);
        const actual = Float32Array.from(runEncoder(encoder, ids));
        expect(getCosine(actual, expected)).toBeGreaterThan(cosine);
        expect(getCosine(actual, vector)).toBeGreaterThan(0.998);
      }
    },
    TIMEOUT_MS,
  );
});

describe.skipIf(!existsSync(MINI_LM_FILE))('of all-MiniLM-L6-v2, recognizeEncoder', () => {
  const output = { outputName: 'last_hidden_state', maxTokens: 512 };
  const model = existsSync(MINI_LM_FILE) ? readFileSync(MINI_LM_FILE) : new Uint8Array();

  test('finds every part', () => {
    const encoder = recognizeEncoder(readGraph(model), output);
    expect(encoder).toMatchObject({ vocabularySize: 30522, width: 384, embedding: { width: 384 } });
    expect(encoder.embedding.norm?.epsilon).toBeCloseTo(1e-12, 18);
    expect(encoder.embedding.positions).toMatchObject({ offset: 0, values: { length: 512 * 384 } });
    expect(describeLayers(encoder)).toEqual(new Array(6).fill('after 12 32 1536 gelu false'));
    for (const { attention } of encoder.layers) expect(attention.scale).toBeCloseTo(Math.sqrt(1 / 32), 6);
    expect(encoder.head).toBeUndefined();
    expect(encoder.layers[3]?.feedForward.up.quantize().weights.buffer).toBe(model.buffer);
  });

  test(
    'gives what computes the same vectors as the graph, near those of sentence-transformers',
    () => {
      const graph = readGraph(model);
      const encoder = recognizeEncoder(graph, output);
      for (const { ids, embedding } of (readMiniLm() ?? []).filter((item) => item.ids.length < 20).slice(0, 3)) {
        const expected = Float32Array.from(evaluateOutput(graph, output.outputName, { ids }).data);
        const actual = Float32Array.from(runEncoder(encoder, ids));
        expect(getCosine(actual, expected)).toBeGreaterThan(0.999999);
        expect(getCosine(meanOf(actual, 384), Float32Array.from(embedding))).toBeGreaterThan(0.99);
      }
    },
    TIMEOUT_MS,
  );
});
