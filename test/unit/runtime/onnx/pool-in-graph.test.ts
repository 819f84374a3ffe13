import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POOLINGS } from '../../../../src/api/vocabulary.js';
import {
  poolInGraph,
  POOLED_OUTPUT,
  POOLING_WEIGHTS,
  type GraphPooling,
} from '../../../../src/runtime/onnx/pool-in-graph.js';
import { readLayout } from '../../../../src/runtime/onnx/read-onnx.js';
import { toPoolingWeights } from '../../../../src/runtime/onnxruntime/model-inputs.js';
import { norm, pool, scaleToUnit } from '../../../../src/runtime/recipe/pooling.js';
import { readModelFile } from '../../scripts/model/support.js';
import { concatenate, DIMENSIONS, makeGraph, runModel, TABLE, type GraphSettings } from './tiny-graphs.js';

type Pooling = (typeof POOLINGS)[number];

/** Texts of one to four tokens. */
const BATCH = [[2], [0, 1, 2, 3], [4, 4, 1]];
/** Rows are padded by one token more than the longest has. */
const LENGTH = 5;
const PADDING = 4;

function padIds(batch: readonly (readonly number[])[], length: number): BigInt64Array {
  const rows = batch.flatMap((tokens) => Array.from({ length }, (_, place) => tokens[place] ?? PADDING));
  return BigInt64Array.from(rows, BigInt);
}

const OPSETS = [11, 17];
const TOKENS: Omit<GraphPooling, 'normalize'> = { output: 'last_hidden_state', isPooled: false };
const POOLED: Omit<GraphPooling, 'normalize'> = { output: 'sentence_embedding', isPooled: true };

/** The vectors of a batch by a graph that pools, and every output's name. */
async function embedInGraph(
  batch: readonly (readonly number[])[],
  pooling: Pooling,
  settings: GraphSettings & { readonly normalize: boolean },
): Promise<{ names: string[]; dims: readonly number[]; vectors: Float32Array }> {
  const model = concatenate(poolInGraph(makeGraph(settings), { ...TOKENS, normalize: settings.normalize }));
  const dims = [batch.length, LENGTH];
  const weights = toPoolingWeights(
    batch.map((tokens) => tokens.length),
    LENGTH,
    pooling,
  );
  const outputs = await runModel(model, {
    ids: ['int64', padIds(batch, LENGTH), dims],
    [POOLING_WEIGHTS]: ['float32', weights, [batch.length, 1, LENGTH]],
  });
  const output = outputs[POOLED_OUTPUT];
  return { names: Object.keys(outputs), dims: output?.dims ?? [], vectors: Float32Array.from(output?.data ?? []) };
}

/** The vector of a text without padding, pooled and scaled outside of the graph. */
function embedOutside(tokens: readonly number[], pooling: Pooling, normalize: boolean): number[] {
  const vectors = tokens.flatMap((id) => [...TABLE.subarray(id * DIMENSIONS, (id + 1) * DIMENSIONS)]);
  const vector = new Float32Array(DIMENSIONS);
  pool(new Float32Array(vectors), tokens.length, pooling, vector);
  if (normalize) scaleToUnit(vector, norm(vector));
  return [...vector];
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? NaN))));
  expect(worst).toBeLessThan(1e-6);
}

describe.each(OPSETS)('in a graph of operator set %i, poolInGraph', (opset) => {
  test.each(POOLINGS.flatMap((pooling) => [true, false].map((normalize) => [pooling, normalize] as const)))(
    'pools by %s as the worker does, padding left out, scaled: %j',
    async (pooling, normalize) => {
      const { names, dims, vectors } = await embedInGraph(BATCH, pooling, { opset, normalize });
      expect(names).toEqual([POOLED_OUTPUT]);
      expect(dims).toEqual([BATCH.length, DIMENSIONS]);
      expectClose(
        vectors,
        BATCH.flatMap((tokens) => embedOutside(tokens, pooling, normalize)),
      );
    },
  );

  test.each([true, false])('takes an output that is pooled already, scaled: %j', async (normalize) => {
    const model = makeGraph({ opset, isPooled: true });
    const parts = poolInGraph(model, { ...POOLED, normalize });
    const batch = BATCH.map((tokens) => tokens.slice(0, 1));
    const outputs = await runModel(concatenate(parts), {
      ids: ['int64', padIds(batch, 1), [batch.length, 1]],
    });
    expect(Object.keys(outputs)).toEqual([POOLED_OUTPUT]);
    expect(outputs[POOLED_OUTPUT]?.dims).toEqual([batch.length, DIMENSIONS]);
    expectClose(
      Float32Array.from(outputs[POOLED_OUTPUT]?.data ?? []),
      batch.flatMap((tokens) => embedOutside(tokens, 'cls', normalize)),
    );
  });
});

describe('poolInGraph', () => {
  test('drops every other output, before and after the one it pools', async () => {
    const settings = { before: ['present.0.key', 'a'], after: ['pooler_output'], normalize: true };
    const { names, vectors } = await embedInGraph(BATCH, 'mean', settings);
    expect(names).toEqual([POOLED_OUTPUT]);
    expectClose(
      vectors,
      BATCH.flatMap((tokens) => embedOutside(tokens, 'mean', true)),
    );
  });

  test('gives a vector the same numbers whatever it is padded and run with', async () => {
    const together = await embedInGraph(BATCH, 'mean', { normalize: true });
    for (const [row, tokens] of BATCH.entries()) {
      const alone = await embedInGraph([tokens], 'mean', { normalize: true });
      expectClose(alone.vectors, [...together.vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS)]);
    }
  });

  test('makes a zero vector NaN where it scales, which the worker refuses, and leaves its neighbours alone', async () => {
    const scaled = await embedInGraph([[5, 5], [2]], 'mean', { normalize: true });
    expect([...scaled.vectors.subarray(0, DIMENSIONS)]).toEqual([NaN, NaN, NaN]);
    expectClose(scaled.vectors.subarray(DIMENSIONS), embedOutside([2], 'mean', true));
    const plain = await embedInGraph([[5, 5], [2]], 'mean', { normalize: false });
    expect([...plain.vectors.subarray(0, DIMENSIONS)]).toEqual([0, 0, 0]);
  });

  test("leaves the bundled model's vectors as they are", async () => {
    const model = readModelFile('onnx/model_quantized.onnx');
    const inputs = {
      input_ids: ['int64', BigInt64Array.of(70n, 8n, 154n, 5n), [1, 4]],
      attention_mask: ['int64', BigInt64Array.of(1n, 1n, 1n, 1n), [1, 4]],
    } as const;
    const expected = (await runModel(model, inputs))['sentence_embedding'];
    const outputs = await runModel(concatenate(poolInGraph(model, { ...POOLED, normalize: true })), inputs);
    expect(outputs[POOLED_OUTPUT]?.dims).toEqual([1, 512]);
    expectClose(Float32Array.from(outputs[POOLED_OUTPUT]?.data ?? []), Array.from(expected?.data ?? []));
  });

  test('copies none of the weights', () => {
    const model = readModelFile('onnx/model_quantized.onnx');
    const parts = poolInGraph(model, { ...POOLED, normalize: true });
    const copied = parts.filter(({ buffer }) => buffer !== model.buffer).reduce((sum, { length }) => sum + length, 0);
    expect(copied).toBeGreaterThan(0);
    expect(copied).toBeLessThan(1000);
  });

  test.each<[what: string, model: Uint8Array, output: string]>([
    ['an output the graph lacks', makeGraph(), 'sentence_embedding'],
    ['nothing', new Uint8Array(), 'last_hidden_state'],
    ['a model that breaks off', makeGraph().subarray(0, 60), 'last_hidden_state'],
    ['a page of HTML', new TextEncoder().encode('<!doctype html><title>Not found</title>'), 'last_hidden_state'],
  ])('refuses %s', (_what, model, output) => {
    expect(() => poolInGraph(model, { ...TOKENS, output, normalize: true })).toThrow(Error);
  });

  test('gives parts that make one model with one output, whatever the graph holds', () => {
    const names = fc.uniqueArray(
      fc.string({ minLength: 1, maxLength: 200, size: 'max' }).filter((name) => name !== 'last_hidden_state'),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(names, fc.nat(), fc.boolean(), fc.boolean(), (others, at, isPooled, normalize) => {
        const where = at % (others.length + 1);
        const model = makeGraph({ isPooled, before: others.slice(0, where), after: others.slice(where) });
        const pooled = concatenate(poolInGraph(model, { ...(isPooled ? POOLED : TOKENS), normalize }));
        const [old, layout] = [readLayout(model), readLayout(pooled)];
        expect(layout.outputs.map(({ name }) => name)).toEqual([POOLED_OUTPUT]);
        // Everything around the graph stays.
        expect(pooled.subarray(0, layout.graphField.start)).toEqual(model.subarray(0, old.graphField.start));
        expect(pooled.subarray(layout.graphField.end)).toEqual(model.subarray(old.graphField.end));
      }),
    );
  });
});
