/** `topK` of the main entry: what searches is loaded when it is first needed. */
import type { PackedVectors, QueryVector, SearchMatch, TopKOptions } from '../api/search.js';
import { loadScript } from './load-script.js';

/**
 * The `k` rows of `vectors` that are nearest to `query`, best first, of equal ones the earlier. Exact: every row is compared.
 * The same as `topK` of `inpage-embeddings/search`, whose `VectorIndex` is for more than one search in the same vectors.
 *
 * @param query - one vector, in the format of the rows.
 * @param vectors - `[rows, width]`; not changed and not kept, but read until this has settled: leave it as it is meanwhile.
 * @throws BadRequestError when query, vectors and `k` don't fit, or a number isn't finite; `param` names which.
 * @throws ModelLoadError `engine_script_failed`, `worker_script_failed`; WorkerDiedError; the signal's reason.
 */
export async function topK(
  query: QueryVector,
  vectors: PackedVectors,
  k: number,
  options?: TopKOptions,
): Promise<SearchMatch[]> {
  const search = await loadScript(() => import('../vectors/search/index.js'));
  return search.topK(query, vectors, k, options);
}
