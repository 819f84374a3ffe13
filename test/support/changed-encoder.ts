/** Random encoders that were changed in a few places, and whether what is recognised in them computes what they do. */
import type { Encoder } from '../../src/runtime/kernel/encoder.js';
import { recognizeEncoder } from '../../src/runtime/kernel/recognize/recognize-encoder.js';
import { evaluateOutput } from '../../src/runtime/onnx/evaluate.js';
import { GraphError } from '../../src/runtime/onnx/graph-error.js';
import { readGraph, type Graph } from '../../src/runtime/onnx/read-graph.js';
import { mutateGraph } from './mutate-graph.js';
import { makeRandomEncoder, type RandomEncoderOptions } from './random-encoder.js';
import { createRandom } from './random.js';
import { runEncoder } from './reference-encoder.js';

/** A graph that may have any meaning, or none. */
export interface ChangedEncoder {
  readonly graph: Graph;
  readonly outputName: string;
  readonly maxTokens: number;
  /** What it was made from and what was done to it, to be read by people. */
  readonly story: string;
}

/** Rare ids and the first ones, one token, and the longest text. */
const TEXTS: readonly (readonly number[])[] = [
  [31, 7, 45, 12, 50, 3, 28, 19, 44, 1, 57],
  [2, 1, 0, 4, 3],
  Array.from({ length: 24 }, (_, at) => (at * 17 + 5) % 60),
];

/** What two ways to compute the same vectors in float32 differ by, as a part of their length. */
const MAX_ERROR = 1e-3;

/** The same seed gives the same graph. */
export function makeChangedEncoder(seed: number): ChangedEncoder {
  const random = createRandom(seed * 7 + 3);
  const options = chooseOptions(random, seed);
  const { model, outputName, maxTokens } = makeRandomEncoder(options);
  const count = [1, 1, 1, 2, 3][Math.floor(random() * 5)] ?? 1;
  const { graph, done } = mutateGraph(readGraph(model), outputName, random, count);
  return { graph, outputName, maxTokens, story: `${done.join(', ')} in ${JSON.stringify(options)}` };
}

function chooseOptions(random: () => number, seed: number): RandomEncoderOptions {
  const pick = <Item>(items: readonly Item[], fallback: Item): Item =>
    items[Math.floor(random() * items.length)] ?? fallback;
  const opset = pick([11, 14, 17, 20] as const, 17);
  const norms = pick(['after', 'before'] as const, 'after');
  const options: RandomEncoderOptions = {
    seed,
    opset,
    norms,
    kind: pick(['fp32', 'fp32', 'fp32', 'q8', 'weights8', 'uint8'] as const, 'fp32'),
    layers: pick([1, 2], 1),
    activation: pick(['gelu', 'gelu-tanh', 'relu'] as const, 'gelu'),
    fused: pick(['no', 'no', 'split', 'slices', 'stacked'] as const, 'no'),
    isGemm: random() < 0.3,
    hasTokenTypes: random() < 0.5,
    isOptimised: opset === 17 && norms === 'after' && random() < 0.3,
    ...(random() < 0.2 && { paddingId: 1 }),
  };
  if (random() < 0.5) return options;
  const pooling = pick(['mean', 'cls', 'last_token'] as const, 'mean');
  const dense = pick(['tanh', 'relu', 'none', undefined, undefined] as const, undefined);
  const normalize = pick(['reduce', 'operator', 'squares', undefined, undefined] as const, undefined);
  return { ...options, head: { pooling, ...(dense && { dense }), ...(normalize && { normalize }) } };
}

/** What came of a graph: refused, or what is wrong with the encoder that was found in it, nothing where it is right. */
export function judgeRecognition({ graph, outputName, maxTokens }: Omit<ChangedEncoder, 'story'>): {
  readonly isRefused: boolean;
  readonly fault?: string;
} {
  let encoder: Encoder;
  try {
    encoder = recognizeEncoder(graph, { outputName, maxTokens });
  } catch (error) {
    if (error instanceof GraphError) return { isRefused: true };
    throw error;
  }
  for (const ids of TEXTS) {
    const fault = compare(graph, outputName, encoder, ids);
    if (fault !== undefined) return { isRefused: false, fault: `${fault} for ${String(ids.length)} tokens` };
  }
  return { isRefused: false };
}

function compare(graph: Graph, outputName: string, encoder: Encoder, ids: readonly number[]): string | undefined {
  const actual = runEncoder(encoder, ids, 'exact');
  let expected: ArrayLike<number>;
  try {
    expected = evaluateOutput(graph, outputName, { ids }).data;
  } catch (error) {
    return `the graph can't be evaluated: ${String(error)}`;
  }
  if (actual.length !== expected.length) return 'it has another shape';
  let [error, size] = [0, 0];
  actual.forEach((x, at) => {
    error += (x - (expected[at] ?? NaN)) ** 2;
    size += (expected[at] ?? NaN) ** 2;
  });
  const part = Math.sqrt(error / size);
  return part <= MAX_ERROR ? undefined : `it is off by ${part.toFixed(4)}`;
}
