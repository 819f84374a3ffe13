/** How much memory one worker takes. */

/** ONNX Runtime and its stack, besides the model. */
const RUNTIME_BYTES = 100e6;
/** The file, its copy inside of WASM, and what a run needs. */
const BYTES_PER_MODEL_BYTE = 4;

/** Bytes a worker takes at most, by the bytes of its model's files. */
export function estimateWorkerBytes(modelBytes: number): number {
  return RUNTIME_BYTES + BYTES_PER_MODEL_BYTE * modelBytes;
}
