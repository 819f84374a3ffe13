import { describe, expect, test } from 'vitest';
import { evaluateOutput } from '../../../../src/runtime/onnx/evaluate.js';
import { readGraph } from '../../../../src/runtime/onnx/read-graph.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../../support/random-encoder.js';
import { getCosine, readModelFile, readReferences } from '../../scripts/model/support.js';
import { runModel, type Inputs } from './tiny-graphs.js';

const IDS = [31, 7, 45, 12, 50, 3, 28, 19, 44];

/** The usual inputs, as many as the model has. */
function toInputs(names: readonly string[], ids: readonly number[]): Inputs {
  const rows: Readonly<Record<string, number[]>> = {
    input_ids: [...ids],
    attention_mask: ids.map(() => 1),
    token_type_ids: ids.map(() => 0),
  };
  return Object.fromEntries(
    names.map((name) => [name, ['int64', BigInt64Array.from(rows[name] ?? [], BigInt), [1, ids.length]]]),
  );
}

async function runBoth(
  model: Uint8Array,
  output: string,
  ids: readonly number[],
): Promise<{ actual: Float32Array; expected: Float32Array; dims: [readonly number[], readonly number[]] }> {
  const graph = readGraph(model);
  const tensor = evaluateOutput(graph, output, { ids });
  const names = graph.inputs.map(({ name }) => name);
  const runtime = (await runModel(model, toInputs(names, ids)))[output];
  return {
    actual: Float32Array.from(tensor.data),
    expected: Float32Array.from(runtime?.data ?? []),
    dims: [tensor.dims, runtime?.dims ?? []],
  };
}

function worstOf(actual: Float32Array, expected: Float32Array): number {
  return Math.max(...expected.map((x, at) => Math.abs(x - (actual[at] ?? NaN))));
}

const FLOAT_MODELS: RandomEncoderOptions[] = [
  { opset: 11 },
  { opset: 11, isGemm: true, fused: 'split', activation: 'gelu-tanh', head: { pooling: 'mean', normalize: 'squares' } },
  { opset: 14, head: { pooling: 'mean', normalize: 'reduce' } },
  { opset: 14, paddingId: 1, activation: 'relu', norms: 'before' },
  { opset: 17, isGemm: true, head: { pooling: 'cls', dense: 'tanh', normalize: 'operator' } },
  { opset: 17, kind: 'fp16', fused: 'split' },
  { opset: 20, head: { pooling: 'last_token', dense: 'relu' } },
  { opset: 20, activation: 'gelu-tanh', kind: 'weights8', hasTokenTypes: false },
  { opset: 17, isOptimised: true },
  { opset: 17, isOptimised: true, activation: 'gelu-tanh', fused: 'stacked' },
];

describe('evaluateOutput', () => {
  test.each(FLOAT_MODELS)('gives what ONNX Runtime gives for a model of %j', async (options) => {
    const { model, outputName } = makeRandomEncoder(options);
    const { actual, expected, dims } = await runBoth(model, outputName, IDS);
    expect(dims[0]).toEqual(dims[1]);
    expect(worstOf(actual, expected)).toBeLessThan(2e-5);
  });

  test.each<RandomEncoderOptions>([
    { opset: 11, kind: 'q8' },
    { opset: 14, kind: 'uint8' },
    { opset: 17, kind: 'q8', fused: 'split' },
  ])('comes near ONNX Runtime, which rounds activations, for a model of %j', async (options) => {
    const { model, outputName } = makeRandomEncoder(options);
    const { actual, expected } = await runBoth(model, outputName, IDS);
    expect(getCosine(actual, expected)).toBeGreaterThan(0.995);
  });

  test.each(['onnx/model_quantized.onnx', 'onnx/model.onnx'])('gives the bundled vectors from %s', async (file) => {
    const [reference] = readReferences({ withTies: false });
    const { actual, expected } = await runBoth(readModelFile(file), 'sentence_embedding', reference?.ids ?? []);
    expect(worstOf(actual, expected)).toBeLessThan(1e-5);
  });
});
