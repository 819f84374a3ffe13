/** Where the search worker is: beside the entry, as `src/runtimes/workers/` finds the engine's workers. */
import { resolveFolder } from '../../util/page-url.js';

/** Its script's absolute URL, beside this one or under `assetsUrl`. Written out in full, so that bundlers find and copy it. */
export function findSearchWorker(assetsUrl?: string): string {
  if (assetsUrl === undefined) return new URL('./assets/worker-search.js', import.meta.url).href;
  return new URL('worker-search.js', resolveFolder(assetsUrl)).href;
}
