/** Trusts no kernel unproved: its vectors must agree with what the model's own graph means. */
import { evaluateOutput } from '../onnx/evaluate.js';
import type { Graph } from '../onnx/read-graph.js';
import { leastCosine } from '../util/cosine.js';
import type { PackedKernel } from './kernel.js';

/** How the kernel's vectors compare with those of plain JavaScript. */
export interface KernelProof {
  readonly passed: boolean;
  readonly leastCosine: number;
}

/** An odd number, so that panels and pairs are filled up; small, since the judge is slow. */
const TOKENS = 7;

/** Weights and rows of 8 bits give more than 0.99; a part left out or mistaken for another gives far less. */
const LEAST_COSINE = 0.98;

/**
 * Compares the kernel's vectors of a made-up text with those of the graph, evaluated operator by operator in plain
 * JavaScript: an independent way, which shares neither recognition, packing nor the kernel's arithmetic.
 *
 * @param vocabularySize - ids of the text are spread over it.
 * @throws GraphError when the graph can't be evaluated.
 */
export function proveKernel(
  kernel: PackedKernel,
  graph: Graph,
  outputName: string,
  vocabularySize: number,
): KernelProof {
  const ids = Array.from({ length: TOKENS }, (_, index) => Math.floor(((index + 0.5) * vocabularySize) / TOKENS));
  const expected = Float32Array.from(evaluateOutput(graph, outputName, { ids }).data);
  const cosine = leastCosine(kernel.run(ids), expected, kernel.dimensions);
  return { passed: cosine >= LEAST_COSINE, leastCosine: cosine };
}
