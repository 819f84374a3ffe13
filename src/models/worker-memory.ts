/** How much memory one worker takes. */

import type { RuntimeName } from '../api/vocabulary.js';

/** What a worker takes besides the model, and for each byte of the model's files. */
const COSTS: Readonly<Record<RuntimeName, { readonly bytes: number; readonly perModelByte: number }>> = {
  // ONNX Runtime and its stack; the file, its copy inside of WASM, and what a run needs.
  onnxruntime: { bytes: 100e6, perModelByte: 4 },
  // The tokenizer and what a run needs; the packed weights, and the file's parts while they are packed.
  kernel: { bytes: 20e6, perModelByte: 1.2 },
};

/** Bytes a worker takes at most, by the bytes of its model's files. */
export function estimateWorkerBytes(modelBytes: number, runtime: RuntimeName): number {
  const { bytes, perModelByte } = COSTS[runtime];
  return bytes + perModelByte * modelBytes;
}
