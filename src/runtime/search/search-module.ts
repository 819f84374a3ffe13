/** What a search worker compares with: `assembly/`, compiled. It is inside of the script, so that no file can be missing. */
import { fromBase64 } from '../../util/base64.js';

/** Base64 of the WebAssembly, which the build puts in place of the name. */
declare const __SEARCH_MODULE__: string;

/** The module, or undefined where this engine refuses it, as those without SIMD do, or a page's policy. */
export async function compileSearchModule(): Promise<WebAssembly.Module | undefined> {
  try {
    return await WebAssembly.compile(fromBase64(__SEARCH_MODULE__));
  } catch {
    return undefined;
  }
}
