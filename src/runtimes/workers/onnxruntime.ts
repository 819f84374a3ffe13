/** Workers on ONNX Runtime Web: a plain build, and one with WebGPU, which is twice as large. */
import type { Locate, RuntimeWorkers, WorkerFiles } from './descriptor.js';

/** Absolute URLs of ONNX Runtime's JavaScript and WASM files. */
export interface OnnxRuntimeUrls extends Readonly<Record<string, string>> {
  readonly mjs: string;
  readonly wasm: string;
}

/** ONNX Runtime Web. */
export const onnxruntime: RuntimeWorkers = {
  locate: (device, locate) => (device === 'webgpu' ? locateWebGpu : locatePlain)(locate),
  // The runtime and its stack; the file, its copy inside of WASM, and what a run needs.
  cost: { bytes: 100e6, perModelByte: 4 },
  // About a second goes by.
  minWaitMs: 2000,
  // More gain little on the small matrices of a short text. Source: onnxruntime-web 1.31, its own limit.
  maxThreads: { wasm: 4 },
  // On WASM it is what everything else is compared with.
  comparedOn: 'webgpu',
  takesAnyModel: true,
};

function locatePlain(locate: Locate): WorkerFiles<OnnxRuntimeUrls> {
  return {
    workerUrl: locate('worker-wasm.js', () => new URL('./assets/worker-wasm.js', import.meta.url)),
    runtimeUrls: {
      mjs: locate('ort-wasm-simd-threaded.mjs', () => new URL('./assets/ort-wasm-simd-threaded.mjs', import.meta.url)),
      wasm: locate(
        'ort-wasm-simd-threaded.wasm',
        () => new URL('./assets/ort-wasm-simd-threaded.wasm', import.meta.url),
      ),
    },
  };
}

function locateWebGpu(locate: Locate): WorkerFiles<OnnxRuntimeUrls> {
  return {
    workerUrl: locate('worker-webgpu.js', () => new URL('./assets/worker-webgpu.js', import.meta.url)),
    runtimeUrls: {
      mjs: locate(
        'ort-wasm-simd-threaded.asyncify.mjs',
        () => new URL('./assets/ort-wasm-simd-threaded.asyncify.mjs', import.meta.url),
      ),
      wasm: locate(
        'ort-wasm-simd-threaded.asyncify.wasm',
        () => new URL('./assets/ort-wasm-simd-threaded.asyncify.wasm', import.meta.url),
      ),
    },
  };
}
