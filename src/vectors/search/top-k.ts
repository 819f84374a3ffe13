/** One search in vectors that aren't kept. */
import type { PackedVectors, QueryVector, SearchMatch, TopKOptions } from '../../api/search.js';
import { BadRequestError } from '../../errors/errors.js';
import { checkInteger, checkKnown, checkObject, checkString, describe } from '../../util/check-value.js';
import { waitUnder } from '../../util/deadline.js';
import { findSearchWorker } from './assets.js';
import { checkQuery, checkVectors, formatOf } from './check-search.js';
import { findHere, isForHere, toMatches, type Scan } from './find-here.js';
import { PassingSearch } from './passing-search.js';
import { retryStopped } from './retry-stopped.js';

/**
 * The `k` rows of `vectors` that are nearest to `query`, best first, of equal ones the earlier. Exact: every row is compared.
 *
 * Few rows, up to 2,000,000 numbers, are compared at once on this thread; more by a worker, through which copies of the rows
 * pass in slices, and which waits ten seconds for the next search. A `VectorIndex` is faster for many searches in the same
 * vectors.
 *
 * @param query - one vector, in the format of the rows.
 * @param vectors - `[rows, width]`; not changed and not kept, but read until this has settled: leave it as it is meanwhile.
 * @throws BadRequestError when query, vectors and `k` don't fit, or a number isn't finite; `param` names which.
 * @throws ModelLoadError `worker_script_failed`; WorkerDiedError; the signal's reason.
 */
export const topK: (
  query: QueryVector,
  vectors: PackedVectors,
  k: number,
  options?: TopKOptions,
) => Promise<SearchMatch[]> = createTopK();

/** A `topK()` that has its own worker, started when it is needed. */
function createTopK(): typeof topK {
  const passing = new PassingSearch();
  return async (query, vectors, k, options = {}) => {
    const scan = checkScan(query, vectors, k, options);
    const { signal, assetsUrl } = options;
    signal?.throwIfAborted();
    if (isForHere(scan.shape)) return toMatches(findHere(scan));
    const search = retryStopped(() => passing.find(scan, findSearchWorker(assetsUrl), signal));
    return toMatches(await (signal ? waitUnder(signal, search) : search));
  };
}

function checkScan(query: QueryVector, vectors: PackedVectors, k: number, options: TopKOptions): Scan {
  checkObject(options, 'the options');
  checkKnown(options, { signal: true, dimensions: true, assetsUrl: true }, 'option');
  checkString('assetsUrl', options.assetsUrl);
  const width = Array.isArray(query) || ArrayBuffer.isView(query) ? query.length : 0;
  if (width === 0) {
    throw new BadRequestError('invalid_type', `Expected a vector in 'query', but got ${describe(query)}.`, {
      param: 'query',
    });
  }
  const shape = checkVectors(vectors, options.dimensions ?? (formatOf(vectors) === 'binary' ? width * 8 : width));
  return { shape, query: checkQuery(query, shape), vectors, most: checkInteger('k', k, 0) };
}
