/** The compiled kernel: what its WASM offers, and how it is fetched and started. */
import { EmbeddingError, ModelLoadError } from '../../../errors/errors.js';
import { describeResponse } from '../../../util/describe-response.js';
import { findWasmObstacle } from '../../../util/wasm-obstacle.js';

/** What `assembly/index.ts` exports. Addresses are in `memory`. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  firstFree(): number;
  packPanels(from: number, inputs: number, outputs: number, to: number, sums: number): void;
  markLarge(weights: number, inputs: number, outputs: number, marks: number): void;
  encode(encoder: number, work: number, ids: number, tokens: number): number;
  applyLinear(work: number, linear: number, from: number, rows: number, out: number, residual: number): void;
  attend(work: number, layer: number, tokens: number): void;
  activate(kind: number, values: number, count: number): void;
  normalizeRows(norm: number, from: number, to: number, rows: number, width: number): void;
}

/**
 * A started kernel, or undefined when this browser doesn't compile the build, as those don't that lack its instructions.
 *
 * @throws ModelLoadError `runtime_file_failed` when the file can't be had or isn't WebAssembly, or a policy forbids it;
 *   EmbeddingError `insufficient_memory`.
 */
export async function startModule(url: string): Promise<KernelExports | undefined> {
  const bytes = await fetchBytes(url);
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(bytes);
  } catch (cause) {
    if (!isWasm(bytes)) {
      throw failure(url, `expected WebAssembly, got ${String(bytes.byteLength)} bytes of something else`, cause);
    }
    const obstacle = await findWasmObstacle();
    if (obstacle === undefined) return undefined;
    throw new ModelLoadError('runtime_file_failed', `Could not start ${url}. ${obstacle}`, { url, cause });
  }
  return instantiate(url, module);
}

async function instantiate(url: string, module: WebAssembly.Module): Promise<KernelExports> {
  try {
    const { exports } = await WebAssembly.instantiate(module, {});
    // Our own build, whose exports the type lists.
    return exports as unknown as KernelExports;
  } catch (cause) {
    // Its first memory, which is small, isn't to be had.
    if (cause instanceof RangeError) {
      throw new EmbeddingError('insufficient_memory', 'This device has no memory left for the kernel.', { cause });
    }
    throw failure(url, 'it compiles, but does not start', cause);
  }
}

/**
 * The error for the build that every browser with SIMD compiles, when this one doesn't: nothing was computed, so nothing
 * is known to be wrong.
 */
export function refusedBuild(url: string): ModelLoadError {
  return failure(url, 'this browser does not compile it: the file came incomplete or changed, or SIMD is missing');
}

async function fetchBytes(url: string): Promise<ArrayBuffer> {
  let came: string;
  try {
    const response = await fetch(url);
    if (response.ok) return await response.arrayBuffer();
    came = `got ${describeResponse(response)}`;
  } catch (cause) {
    throw failure(url, 'the request failed', cause);
  }
  throw failure(url, came);
}

/** Source: WebAssembly core specification, "Modules", magic. */
function isWasm(bytes: ArrayBuffer): boolean {
  return bytes.byteLength > 8 && new DataView(bytes).getUint32(0) === 0x0061_736d;
}

function failure(url: string, what: string, cause?: unknown): ModelLoadError {
  const message = `Could not load ${url}: ${what}. Check that every file of this package's dist/assets is served.`;
  return new ModelLoadError('runtime_file_failed', message, { url, ...(cause !== undefined && { cause }) });
}
