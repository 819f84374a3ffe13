/** Starts the kernel on a model. Not there yet: every model is refused, and ONNX Runtime takes it. */
import type { DeviceProof } from '../contract/device-verdict.js';
import { EmbeddingError } from '../errors/errors.js';

/** Absolute URLs of the kernel's two builds. */
export interface KernelFiles {
  readonly relaxed: string;
  readonly plain: string;
}

/** What to start. */
export interface KernelSetup {
  /** The .onnx file; the kernel lets go of it. */
  readonly weights: Uint8Array;
  /** Which of the graph's outputs is wanted, and whether it is pooled. */
  readonly output: { readonly name: string; readonly isPooled: boolean };
  /** Tokens of the longest text. */
  readonly maxTokens: number;
  readonly urls: KernelFiles;
  /** Whether to compare with a plain evaluation of the graph. */
  readonly mustProve: boolean;
}

/** A started kernel. */
export interface Kernel {
  readonly dimensions: number;
  /** Present when it was made. */
  readonly proof?: DeviceProof;
  /** `[tokens, dimensions]` or, when the graph pools, `[dimensions]`; valid until the next run. */
  run(ids: readonly number[]): Float32Array;
}

/** @throws EmbeddingError `kernel_unsupported`. */
export function startKernel({ output }: KernelSetup): Promise<Kernel> {
  const message = `The kernel isn't part of this build, so nothing computes '${output.name}' by it.`;
  return Promise.reject(new EmbeddingError('kernel_unsupported', message));
}
