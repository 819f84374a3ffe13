/** One search in vectors that aren't kept. */
import type { PackedVectors, QueryVector, SearchMatch, TopKOptions } from '../api/search.js';
import { checkKnown, checkObject, describe } from '../util/check-value.js';
import { BadRequestError } from '../errors/errors.js';
import { formatOf } from './check-search.js';
import { VectorIndex } from './vector-index.js';

/**
 * The `k` rows of `vectors` that are nearest to `query`, best first, of equal ones the earlier. Exact: every row is compared.
 *
 * Few rows, up to 2,000,000 numbers, are compared at once on this thread; more by a worker that is started for it and gets a
 * copy, which takes longer than the search. Make a {@link VectorIndex} to search in the same vectors again.
 *
 * @param query - one vector, in the format of the rows.
 * @param vectors - `[rows, width]`; not changed and not kept.
 * @throws BadRequestError when query, vectors and `k` don't fit, or a number isn't finite; `param` names which.
 * @throws ModelLoadError `worker_script_failed`; WorkerDiedError; the signal's reason.
 */
export async function topK(
  query: QueryVector,
  vectors: PackedVectors,
  k: number,
  options: TopKOptions = {},
): Promise<SearchMatch[]> {
  checkObject(options, 'the options');
  checkKnown(options, ['signal', 'dimensions', 'assetsUrl'], 'option');
  const { signal, dimensions, assetsUrl } = options;
  const width = Array.isArray(query) || ArrayBuffer.isView(query) ? query.length : 0;
  if (width === 0) {
    throw new BadRequestError('invalid_type', `Expected a vector in 'query', but got ${describe(query)}.`, {
      param: 'query',
    });
  }
  const index = new VectorIndex(vectors, {
    dimensions: dimensions ?? (formatOf(vectors) === 'binary' ? width * 8 : width),
    ...(assetsUrl !== undefined && { assetsUrl }),
  });
  try {
    return await index.topK(query, k, signal ? { signal } : {});
  } finally {
    index.dispose();
  }
}
