/** Says which file is to blame when ONNX Runtime doesn't start: one of its own, or the model's weights. */
import { ModelLoadError } from '../errors/errors.js';
import { describeResponse } from './fetch-file.js';

/** The first four bytes of every WASM file. Source: WebAssembly core specification, 5.5.16. */
const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * The typed error for a failed start.
 *
 * @param error - what ONNX Runtime threw; it names no file.
 * @param runtimeUrls - ONNX Runtime's files, asked for once more to see what comes.
 * @param weightsUrl - blamed when these are fine, since the weights came whole but don't parse or don't fit.
 */
export async function diagnoseStart(
  error: unknown,
  runtimeUrls: { readonly mjs: string; readonly wasm: string },
  weightsUrl: string,
): Promise<ModelLoadError> {
  for (const url of [runtimeUrls.mjs, runtimeUrls.wasm]) {
    const problem = await findProblem(url, url === runtimeUrls.wasm);
    if (problem !== undefined) {
      const message = `Could not load ${url}: ${problem}. Serve ONNX Runtime's files beside the worker, or set assetsUrl.`;
      return new ModelLoadError('runtime_file_failed', message, { url, cause: error });
    }
  }
  const reason = error instanceof Error ? error.message : String(error);
  const message = `Could not start the model in ${weightsUrl}: ${reason}. The file came whole but isn't a usable model: check dtype and revision.`;
  return new ModelLoadError('model_file_damaged', message, { url: weightsUrl, cause: error });
}

async function findProblem(url: string, isWasm: boolean): Promise<string | undefined> {
  try {
    const response = await fetch(url);
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
