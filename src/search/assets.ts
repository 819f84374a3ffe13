/** Where the search worker is: beside the entry, as `engine/assets.ts` finds the engine's. */

/** Its script's absolute URL, beside this one or under `assetsUrl`. Written out in full, so that bundlers find and copy it. */
export function findSearchWorker(assetsUrl?: string): string {
  if (assetsUrl === undefined) return new URL('./assets/worker-search.js', import.meta.url).href;
  const base = new URL(assetsUrl.replace(/\/?$/, '/'), location.href);
  return new URL('worker-search.js', base).href;
}
