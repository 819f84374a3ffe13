/** From a model's file to a kernel that runs it: read, recognise, pack, prove. */
import { recognizeEncoder } from './recognize/recognize-encoder.js';
import type { Encoder } from './encoder.js';
import { EmbeddingError } from '../../errors/errors.js';
import { GraphError } from '../onnx/graph-error.js';
import { readGraph, type Graph } from '../onnx/read-graph.js';
import type { KernelFiles } from './wasm/choose-dot.js';
import { checkTokens } from './wasm/check-sizes.js';
import { PackedKernel } from './wasm/kernel.js';
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

/** A started kernel. */
export interface Kernel {
  /** Numbers a vector has. */
  readonly dimensions: number;
  /** Ids the graph has rows for. */
  readonly vocabularySize: number;
  /** Present when it was made. */
  readonly proof?: KernelProof;
  /**
   * `[tokens, dimensions]`, or `[dimensions]` when the graph pools; of use until the next run.
   *
   * @throws EmbeddingError `invalid_vector`, `internal`.
   */
  run(ids: readonly number[]): Float32Array;
}

/**
 * A kernel that computes what the file's graph says.
 *
 * @throws EmbeddingError `kernel_unsupported` when the graph isn't one the kernel knows, with the reason; `device_disproved`
 *   when its vectors are wrong; `runtime_file_failed`, `insufficient_memory`.
 */
export async function startKernel({ weights, output, maxTokens, urls, mustProve }: KernelSetup): Promise<Kernel> {
  checkTokens(maxTokens);
  const { graph, encoder } = recognize(weights, output, maxTokens);
  const kernel = await PackedKernel.create(encoder, maxTokens, urls);
  const proof = mustProve ? prove(kernel, { graph, outputName: output.name, encoder }) : undefined;
  return {
    dimensions: kernel.dimensions,
    vocabularySize: encoder.vocabularySize,
    ...(proof && { proof }),
    run: kernel.run.bind(kernel),
  };
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

function prove(kernel: PackedKernel, subject: ProofSubject): KernelProof {
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
