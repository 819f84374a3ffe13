/** Trusts no kernel unproved: its vectors must be what the model's own graph means, but for rounding. */
import type { Encoder } from './encoder.js';
import { evaluateOutput } from '../onnx/evaluate.js';
import { GraphError } from '../onnx/graph-error.js';
import type { Graph } from '../onnx/read-graph.js';
import { minCosine } from '../../util/cosine.js';
import type { Kernel } from './wasm/kernel.js';
import { runPlainly } from './plain-encoder.js';

/** How the kernel's vectors compare with those of plain JavaScript. */
export interface KernelProof {
  readonly passed: boolean;
  readonly minCosine: number;
}

/** What the kernel was made from. */
export interface ProofSubject {
  readonly graph: Graph;
  readonly outputName: string;
  /** What was recognised in the graph. */
  readonly encoder: Encoder;
}

/**
 * An odd number, so that panels and pairs are filled up; small, since the judges are slow. What longer texts could show is
 * looked at when the graph is recognised: it is followed for a long one too, and positions are read for the longest.
 */
const TOKENS = 3;

/**
 * What the same computation in other steps may be off by, as a part of its length. Known models are off by 1e-6, one whose
 * constants are float16 by 1e-4; a part that is left out or mistaken for another costs more than 1e-2.
 */
const MAX_MISTAKEN = 1e-3;

/**
 * How much further from the unrounded vectors the kernel may be than a simulation of its rounding. Both round the same
 * numbers by the same rule, but sums in another order tip some of them, so that their errors are two draws of the same size:
 * known models' are within a fifth of each other. What the kernel rounds besides, in attention, is finer (12 bits).
 */
const MAX_RATIO = 1.5;
/** Where rounding costs next to nothing: what is left of float32 and of 12 bits in attention. */
const MIN_ROOM = 3e-3;

/** Vectors that rounding alone takes further away are of no use, however exactly they are computed. */
const MIN_COSINE = 0.98;

/**
 * Compares the kernel's vectors of a made-up text with two others, each computed operator by operator in plain JavaScript.
 *
 * Those of the graph say whether it was recognised rightly: the recognised encoder, computed without any rounding, must
 * give the same. Those of the encoder with its weights and rows rounded to bytes say what rounding costs this very model:
 * the kernel may be as far away as that. A fixed bound would have to allow every model what the worst one needs, and a
 * factor that is left out costs less.
 *
 * @throws GraphError when the graph can't be evaluated, means something else than the encoder, or loses too much by rounding.
 */
export function proveKernel(kernel: Kernel, { graph, outputName, encoder }: ProofSubject): KernelProof {
  const { vocabularySize } = encoder;
  const ids = Array.from({ length: TOKENS }, (_, index) => Math.floor(((index + 0.5) * vocabularySize) / TOKENS));
  const meant = Float32Array.from(evaluateOutput(graph, outputName, { ids }).data);
  const exact = runPlainly(encoder, ids, 'exact');
  if (!(distance(exact, meant) <= MAX_MISTAKEN)) {
    throw new GraphError('What was recognised in it gives other vectors than its operators.');
  }
  const rounded = runPlainly(encoder, ids, 'bytes');
  if (minCosine(rounded, meant, kernel.dimensions) < MIN_COSINE) {
    throw new GraphError('Rounded to bytes, its weights give vectors that are too far off.');
  }
  const vectors = kernel.run(ids);
  const most = MAX_RATIO * distance(rounded, meant) + MIN_ROOM;
  return { passed: distance(vectors, meant) <= most, minCosine: minCosine(vectors, meant, kernel.dimensions) };
}

/** The length of the difference as a part of that of `expected`; NaN where a number is none, and infinite for other shapes. */
function distance(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let [error, size] = [0, 0];
  expected.forEach((y, at) => {
    error += ((actual[at] ?? NaN) - y) ** 2;
    size += y * y;
  });
  return Math.sqrt(error / size);
}
