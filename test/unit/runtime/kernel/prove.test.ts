import { describe, expect, test } from 'vitest';
import type { Encoder, EncoderLayer } from '../../../../src/runtime/kernel/encoder.js';
import { recognizeEncoder } from '../../../../src/runtime/kernel/recognize/recognize-encoder.js';
import { Kernel } from '../../../../src/runtime/kernel/wasm/kernel.js';
import { runPlainly } from '../../../../src/runtime/kernel/plain-encoder.js';
import { proveKernel } from '../../../../src/runtime/kernel/prove.js';
import { GraphError } from '../../../../src/runtime/onnx/graph-error.js';
import { readGraph } from '../../../../src/runtime/onnx/read-graph.js';
import { minCosine } from '../../../../src/util/cosine.js';
import { MODELS } from '../../../support/describe-models.js';
import { makeRandomEncoder, type RandomEncoderOptions } from '../../../support/random-encoder.js';
import { makeRefusedBuild, readPlainBuild } from './support.js';

const urls = { relaxed: makeRefusedBuild(), plain: readPlainBuild() };
const IDS = [5, 17, 42];

function prepare(options: RandomEncoderOptions): {
  graph: ReturnType<typeof readGraph>;
  outputName: string;
  encoder: Encoder;
} {
  const { model, outputName } = makeRandomEncoder(options);
  const graph = readGraph(model);
  return { graph, outputName, encoder: recognizeEncoder(graph, { outputName, maxTokens: 16 }) };
}

/** The encoder with a change in its last layer. */
function change(encoder: Encoder, f: (layer: EncoderLayer) => EncoderLayer): Encoder {
  return {
    ...encoder,
    layers: encoder.layers.map((layer, at) => (at === encoder.layers.length - 1 ? f(layer) : layer)),
  };
}

/** Faults as a misread graph or a wrong kernel would have them: they move vectors little. */
const FAULTS: [what: string, fault: (layer: EncoderLayer) => EncoderLayer][] = [
  [
    'a factor of attention',
    (layer) => ({ ...layer, attention: { ...layer.attention, scale: layer.attention.scale * 2 } }),
  ],
  [
    'a factor of what is added',
    (layer) => ({
      ...layer,
      attentionNorm: { ...layer.attentionNorm, gamma: layer.attentionNorm.gamma.map((x) => x * 1.15) },
    }),
  ],
  ['an activation', (layer) => ({ ...layer, feedForward: { ...layer.feedForward, activation: 'relu' } })],
  [
    'keys in place of queries',
    (layer) => ({ ...layer, attention: { ...layer.attention, query: layer.attention.key } }),
  ],
];

describe('the proof', () => {
  test.each(MODELS)('passes a kernel of %j', async (options) => {
    const subject = prepare(options);
    const kernel = await Kernel.create(subject.encoder, 16, urls);
    expect(proveKernel(kernel, subject)).toMatchObject({ passed: true });
  });

  test.each(FAULTS)('fails a kernel that computes %s wrongly', async (_what, fault) => {
    const subject = prepare({ kind: 'q8', layers: 2 });
    const kernel = await Kernel.create(change(subject.encoder, fault), 16, urls);
    const proof = proveKernel(kernel, subject);
    expect(proof.passed).toBe(false);
    // Nothing that a bound for every model would show.
    expect(proof.minCosine).toBeGreaterThan(0.95);
  });

  test.each(FAULTS)('refuses a graph in which %s was recognised wrongly', async (_what, fault) => {
    const { encoder, ...subject } = prepare({ kind: 'q8', layers: 2 });
    const wrong = change(encoder, fault);
    const kernel = await Kernel.create(wrong, 16, urls);
    expect(() => proveKernel(kernel, { ...subject, encoder: wrong })).toThrow(GraphError);
  });

  test('refuses weights that lose too much by rounding', async () => {
    const subject = prepare({ kind: 'fp32', layers: 1 });
    const coarse = change(subject.encoder, (layer) => {
      const { up } = layer.feedForward;
      const quantize = (): ReturnType<typeof up.quantize> => {
        const { weights, scales, bias } = up.quantize();
        return { weights: weights.map((x) => Math.round(x / 120)), scales: scales.map((x) => x * 120), bias };
      };
      return { ...layer, feedForward: { ...layer.feedForward, up: { ...up, quantize } } };
    });
    const kernel = await Kernel.create(coarse, 16, urls);
    expect(() => proveKernel(kernel, { ...subject, encoder: coarse })).toThrow('Rounded to bytes');
  });
});

test.each(MODELS)('runPlainly gives what rounding costs for %j', (options) => {
  const { encoder } = prepare(options);
  const [exact, bytes] = (['exact', 'bytes'] as const).map((rounding) => runPlainly(encoder, IDS, rounding)) as [
    Float32Array,
    Float32Array,
  ];
  const cosine = minCosine(exact, bytes, options.head ? exact.length : exact.length / IDS.length);
  expect(cosine).toBeGreaterThan(0.999);
  expect(cosine).toBeLessThan(0.9999999);
});
