/** Says which file is to blame when a model doesn't start: one of ONNX Runtime's own, or the weights. */
import type { Device } from '../../api/vocabulary.js';
import { ModelLoadError } from '../../errors/errors.js';
import type { OnnxRuntimeUrls } from '../../runtimes/workers/onnxruntime.js';
import { findWasmObstacle } from '../../util/wasm-obstacle.js';
import { describeResponse } from '../files/fetch-file.js';

/** The first four bytes of every WASM file. Source: WebAssembly core specification, 5.5.16. */
const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * The typed error for a runtime that didn't start. ONNX Runtime's own error names no file, so its files are asked for
 * once more to see what comes.
 */
export async function diagnoseRuntime(error: unknown, urls: OnnxRuntimeUrls): Promise<ModelLoadError> {
  const obstacle = await findWasmObstacle();
  if (obstacle !== undefined) {
    const message = `Could not start ${urls.wasm}. ${obstacle}`;
    return new ModelLoadError('runtime_file_failed', message, { url: urls.wasm, cause: error });
  }
  for (const url of [urls.mjs, urls.wasm]) {
    const problem = await findProblem(url, url === urls.wasm);
    if (problem !== undefined) return runtimeFailed(url, problem, error);
  }
  return runtimeFailed(urls.wasm, describe(error), error);
}

/** What ONNX Runtime and WASM say when there is no memory left. */
const NO_MEMORY =
  /bad_alloc|out of memory|allocation failed|failed to allocate|could not allocate|memory access out of bounds/i;

/** What ONNX Runtime, and our own reader before it, say of a file that isn't a whole model. */
const NO_MODEL = /protobuf parsing failed|INVALID_PROTOBUF|does not have a graph|Expected one graph/i;

/**
 * The typed error for weights that don't start. Their file was read part by part before, so it is whole: what ONNX Runtime
 * doesn't run then needs what it lacks, such as an operator, or asks more of a GPU than it offers.
 */
export function unusableModel(weightsUrl: string, device: Device, error: unknown): ModelLoadError {
  const reason = describe(error);
  const details = { url: weightsUrl, cause: error };
  const failed = `Could not start the model in ${weightsUrl}`;
  if (NO_MEMORY.test(reason)) {
    const message = `${failed}: this device has no memory left for it (${reason}). Use a smaller model or dtype, or name a provider in 'fallback'.`;
    return new ModelLoadError('insufficient_memory', message, details);
  }
  if (device === 'webgpu') {
    const message = `${failed} on WebGPU: ${reason}. Try device: 'wasm', or another dtype.`;
    return new ModelLoadError('model_unsupported', message, details);
  }
  if (NO_MODEL.test(reason)) {
    const message = `${failed}: ${reason}. The file isn't a usable model: check dtype and revision.`;
    return new ModelLoadError('model_file_damaged', message, details);
  }
  const message = `${failed}: ONNX Runtime Web doesn't run it: ${reason}. Use another export or dtype.`;
  return new ModelLoadError('model_unsupported', message, details);
}

function runtimeFailed(url: string, problem: string, cause: unknown): ModelLoadError {
  const message = `Could not load ${url}: ${problem}. Serve ONNX Runtime's files beside the worker, or set assetsUrl.`;
  return new ModelLoadError('runtime_file_failed', message, { url, cause });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function findProblem(url: string, isWasm: boolean): Promise<string | undefined> {
  try {
    const response = await fetch(url, { referrerPolicy: 'no-referrer' });
    const came = describeResponse(response);
    const start = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) return `got ${came}`;
    if (isWasm && !WASM_MAGIC.every((byte, index) => start[index] === byte)) return `expected WASM, got ${came}`;
    if (!isWasm && start[0] === 0x3c) return `expected JavaScript, got a web page (${came})`;
    return undefined;
  } catch {
    return 'the request failed before the whole file came';
  }
}
