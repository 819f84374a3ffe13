/** Why a page can't compile WebAssembly, whatever the file. */

/** A module of nothing: magic and version. Source: WebAssembly core specification, 5.5.16. */
const EMPTY_MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * What keeps every module from being compiled, as a sentence with what to do; undefined where nothing does. Browsers throw
 * the same error for a policy as for a damaged file, so a module is tried that can't be damaged.
 */
export async function findWasmObstacle(): Promise<string | undefined> {
  if (typeof WebAssembly === 'undefined') return 'This browser has no WebAssembly; lockdown modes turn it off.';
  try {
    await WebAssembly.compile(EMPTY_MODULE);
    return undefined;
  } catch {
    return "A Content-Security-Policy forbids WebAssembly: let the script-src of the page, and of the worker's script, allow 'wasm-unsafe-eval'.";
  }
}
