import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEmbeddingError } from '../../../../src/errors/errors.js';
import { startKernel, type StartedKernel } from '../../../../src/runtime/kernel/start-kernel.js';
import { evaluateOutput } from '../../../../src/runtime/onnx/evaluate.js';
import { readGraph } from '../../../../src/runtime/onnx/read-graph.js';
import { minCosine } from '../../../../src/util/cosine.js';
import { makeIds, MODELS } from '../../../support/describe-models.js';
import { makeRandomEncoder, type RandomEncoder } from '../../../support/random-encoder.js';
import { runModel } from '../onnx/tiny-graphs.js';
import { makeRefusedBuild, readPlainBuild } from './support.js';

const urls = { relaxed: makeRefusedBuild(), plain: readPlainBuild() };

function start({ model, outputName }: RandomEncoder, isPooled: boolean, mustProve = true): Promise<StartedKernel> {
  const output = { name: outputName, isPooled };
  return startKernel({ weights: model, output, maxTokens: 16, urls, mustProve });
}

describe('startKernel', () => {
  test.each(MODELS)('gives the vectors of ONNX Runtime for a model of %j', async (options) => {
    const encoder = makeRandomEncoder(options);
    const { kernel } = await start(encoder, options.head !== undefined);
    for (const length of [1, 9, 16]) {
      const ids = makeIds(length);
      const row = (values: readonly number[]): ['int64', BigInt64Array, number[]] => [
        'int64',
        BigInt64Array.from(values, BigInt),
        [1, length],
      ];
      const inputs = {
        input_ids: row(ids),
        attention_mask: row(ids.map(() => 1)),
        token_type_ids: row(ids.map(() => 0)),
      };
      const expected = Float32Array.from((await runModel(encoder.model, inputs))[encoder.outputName]?.data ?? []);
      // ONNX Runtime rounds activations of a whole text by one scale, which costs it more than rows of their own.
      const least = options.kind === 'q8' || options.kind === 'uint8' ? 0.98 : 0.99;
      expect(minCosine(kernel.run(ids), expected, kernel.dimensions)).toBeGreaterThan(least);
    }
  });

  test('proves itself only when asked to', async () => {
    const encoder = makeRandomEncoder({ kind: 'q8' });
    expect((await start(encoder, false, false)).proof).toBeUndefined();
    expect((await start(encoder, false, true)).proof).toMatchObject({ passed: true });
  });

  test.each([
    ['a bias on scores', makeRandomEncoder({ oddity: 'score-bias' }), false],
    ['an operator that is unknown', makeRandomEncoder({ oddity: 'unknown-operator' }), false],
    ['a width that is odd', makeRandomEncoder({ heads: 1, headWidth: 20 }), false],
    ['a graph that gives tokens where a vector is expected', makeRandomEncoder(), true],
    ['a graph that pools where tokens are expected', makeRandomEncoder({ head: { pooling: 'mean' } }), false],
    [
      'no model at all',
      { model: new Uint8Array([1, 2, 3]), outputName: 'x', width: 1, maxTokens: 1, parameters: new Map() },
      false,
    ],
  ])('says that it does not know %s', async (_, encoder, isPooled) => {
    await expect(start(encoder, isPooled)).rejects.toMatchObject({
      code: 'kernel_unsupported',
      message: expect.stringMatching(/^The kernel does not know this model\. .+\.$/) as string,
    });
  });

  test('gives the vectors of the damaged weights, or none, whatever bytes are changed', async () => {
    const models = MODELS.map((options) => ({ options, encoder: makeRandomEncoder({ ...options, layers: 1 }) }));
    const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: models.length - 1 }), changes, async (which, list) => {
        const { options, encoder } = models[which] ?? expect.fail();
        const model = encoder.model.slice();
        for (const [place, byte] of list) model[Math.floor(place * (model.length - 1))] = byte;
        await expectHonest({ ...encoder, model }, options.head !== undefined);
      }),
      { numRuns: 150 },
    );
  });
});

/** Either an error with a code that sends the text elsewhere, or vectors that are what the file says. */
async function expectHonest(encoder: RandomEncoder, isPooled: boolean): Promise<void> {
  let started: StartedKernel;
  try {
    started = await start(encoder, isPooled);
  } catch (error) {
    expect(isEmbeddingError(error) && error.canFallBack).toBe(true);
    return;
  }
  const { kernel } = started;
  const ids = makeIds(9);
  const expected = Float32Array.from(evaluateOutput(readGraph(encoder.model), encoder.outputName, { ids }).data);
  // NaN in the file must not be hidden by rounding to bytes.
  expect(minCosine(kernel.run(ids), expected, kernel.dimensions)).toBeGreaterThan(0.9);
}
