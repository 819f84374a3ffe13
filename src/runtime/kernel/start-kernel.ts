/** From a model's file to a kernel that runs it: read, recognise, pack, prove. */
import { recognizeEncoder } from './recognize/recognize-encoder.js';
import type { Encoder } from './encoder.js';
import { EmbeddingError } from '../../errors/errors.js';
import { GraphError } from '../onnx/graph-error.js';
import { readGraph, type Graph } from '../onnx/read-graph.js';
import type { KernelFiles } from './wasm/choose-dot.js';
import { checkTokens } from './wasm/check-sizes.js';
import { Kernel } from './wasm/kernel.js';
import { proveKernel, type KernelProof, type ProofSubject } from './prove.js';

export type { KernelFiles } from './wasm/choose-dot.js';

/** What a kernel is started from. */
export interface KernelSetup {
  /** The `.onnx` file. Nothing of it is kept. */
  readonly weights: Uint8Array;
  /** The output to compute: a vector a token, or a vector a text. */
  readonly output: { readonly name: string; readonly isPooled: boolean };
  /** The longest text there will be. */
  readonly maxTokens: number;
  readonly urls: KernelFiles;
  /** Whether its vectors are compared with those of the graph, evaluated in plain JavaScript. */
  readonly mustProve: boolean;
}

/** A kernel, and how it was proved where that was asked for. */
export interface StartedKernel {
  readonly kernel: Kernel;
  readonly proof?: KernelProof;
}

/**
 * A kernel that computes what the file's graph says.
 *
 * @throws EmbeddingError `kernel_unsupported` when the graph isn't one the kernel knows, with the reason; `device_disproved`
 *   when its vectors are wrong; `runtime_file_failed`, `insufficient_memory`.
 */
export async function startKernel(setup: KernelSetup): Promise<StartedKernel> {
  const { weights, output, maxTokens, urls, mustProve } = setup;
  checkTokens(maxTokens);
  const { graph, encoder } = recognize(weights, output, maxTokens);
  const kernel = await Kernel.create(encoder, maxTokens, urls);
  return mustProve ? { kernel, proof: prove(kernel, { graph, outputName: output.name, encoder }) } : { kernel };
}

function recognize(
  weights: Uint8Array,
  { name, isPooled }: KernelSetup['output'],
  maxTokens: number,
): { readonly graph: Graph; readonly encoder: Encoder } {
  try {
    const graph = readGraph(weights);
    const encoder = recognizeEncoder(graph, { outputName: name, maxTokens });
    if ((encoder.head !== undefined) !== isPooled) throw new GraphError('Its output pools in a way that is not known.');
    return { graph, encoder };
  } catch (error) {
    throw unsupported(error);
  }
}

function prove(kernel: Kernel, subject: ProofSubject): KernelProof {
  let proof: KernelProof;
  try {
    proof = proveKernel(kernel, subject);
  } catch (error) {
    throw error instanceof GraphError ? unsupported(error) : error;
  }
  if (proof.passed) return proof;
  const message = `The kernel's vectors differ from those of the model's graph (cosine ${proof.minCosine.toFixed(3)}), so it isn't used.`;
  throw new EmbeddingError('device_disproved', message);
}

/** Whatever a file makes the reader throw, the file isn't one the kernel knows; unless memory was short, which passes. */
function unsupported(cause: unknown): EmbeddingError {
  if (cause instanceof RangeError) {
    const message = `The kernel could not read this model: ${cause.message}. The next start tries again.`;
    return new EmbeddingError('internal', message, { cause });
  }
  const reason = cause instanceof GraphError ? cause.message : 'Its graph could not be read.';
  return new EmbeddingError('kernel_unsupported', `The kernel does not know this model. ${reason}`, { cause });
}
