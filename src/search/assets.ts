/** Where the search worker and its WASM are: beside the entry, as `engine/assets.ts` finds the engine's. */

/** Absolute URLs of what a search in a worker needs. */
export interface SearchAssets {
  readonly workerUrl: string;
  readonly wasmUrl: string;
}

/** The assets beside this script, or under `assetsUrl`. Written out in full, so that bundlers find and copy the files. */
export function findSearchAssets(assetsUrl?: string): SearchAssets {
  if (assetsUrl === undefined) {
    return {
      workerUrl: new URL('./assets/worker-search.js', import.meta.url).href,
      wasmUrl: new URL('./assets/search.wasm', import.meta.url).href,
    };
  }
  const base = new URL(assetsUrl.replace(/\/?$/, '/'), location.href);
  return { workerUrl: new URL('worker-search.js', base).href, wasmUrl: new URL('search.wasm', base).href };
}
