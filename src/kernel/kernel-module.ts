/** The compiled kernel: what its WASM offers, and how it is fetched and started. */
import { ModelLoadError } from '../errors/errors.js';

/** What `kernel/index.ts` exports. Addresses are in `memory`. */
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

/** Rows one call of `applyLinear` takes at most; `BLOCK_ROWS` in `kernel/structs.ts`. */
export const BLOCK_ROWS = 60;

/**
 * A started kernel, or undefined when this browser refuses the build, as those do that lack relaxed SIMD.
 *
 * @throws ModelLoadError `runtime_file_failed` when the file can't be had or isn't WebAssembly.
 */
export async function startModule(url: string): Promise<KernelExports | undefined> {
  const bytes = await fetchBytes(url);
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(bytes);
  } catch (cause) {
    if (isWasm(bytes)) return undefined;
    throw failure(url, `expected WebAssembly, got ${String(bytes.byteLength)} bytes of something else`, cause);
  }
  const { exports } = await WebAssembly.instantiate(module, {});
  // Our own build, whose exports the type lists.
  return exports as unknown as KernelExports;
}

async function fetchBytes(url: string): Promise<ArrayBuffer> {
  let came: string;
  try {
    const response = await fetch(url);
    if (response.ok) return await response.arrayBuffer();
    came = `got HTTP ${String(response.status)}`;
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
