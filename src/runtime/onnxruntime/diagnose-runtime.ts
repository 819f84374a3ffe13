/** Says which of ONNX Runtime's own files is to blame when it doesn't start. */
import { ModelLoadError } from '../../errors/errors.js';
import type { OnnxRuntimeUrls } from '../../runtimes/workers/onnxruntime.js';
import { findWasmObstacle } from '../../util/wasm-obstacle.js';
import { describeResponse } from '../../util/describe-response.js';

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
  return runtimeFailed(urls.wasm, error instanceof Error ? error.message : String(error), error);
}

function runtimeFailed(url: string, problem: string, cause: unknown): ModelLoadError {
  const message = `Could not load ${url}: ${problem}. Serve ONNX Runtime's files beside the worker, or set assetsUrl.`;
  return new ModelLoadError('runtime_file_failed', message, { url, cause });
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
