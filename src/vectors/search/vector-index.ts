/** Vectors to search in, held by a worker where they are many. */
import type { PackedVectors, QueryVector, SearchMatch, SearchOptions, VectorIndexOptions } from '../../api/search.js';
import { EmbeddingError, WorkerDiedError } from '../../errors/errors.js';
import type { FoundRows, RowsShape, UnscoredRow } from '../../ports/search-messages.js';
import { checkInteger, checkKnown, checkObject } from '../../util/check-value.js';
import { waitUnder } from '../../util/deadline.js';
import { SharedAttempt } from '../../util/share-success.js';
import { findSearchWorker } from './assets.js';
import { checkIndexOptions, checkQuery, checkVectors } from './check-search.js';
import { findHere, isForHere, toMatches } from './find-here.js';
import { retryStopped } from './retry-stopped.js';
import { SearchWorker } from './search-worker.js';
import { sendSlices } from './send-slices.js';

/** As engine workers beyond the first. */
const IDLE_MS = 60_000;

/**
 * Exact search in one packed array: every row is compared. Many rows are held and compared by a worker, which is started
 * with the first search and let go at rest; a few are compared on this thread, where asking a worker would take longer.
 *
 * The array is read when the worker starts: don't change it while the index is in use. Call `dispose()` when done.
 *
 * @example
 * const index = new VectorIndex(vectors, { dimensions: 384 });
 * const [best] = await index.topK(data[0].embedding, 10);
 */
export class VectorIndex {
  readonly #shape: RowsShape;
  readonly #options: VectorIndexOptions;
  /** Undefined once a worker has the only copy. */
  #vectors: PackedVectors | undefined;
  #worker: SearchWorker | undefined;
  readonly #loaded = new SharedAttempt<SearchWorker>();
  #users = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed: EmbeddingError | undefined;

  /**
   * @param vectors - `[rows, width]`; copied when a worker starts, or handed over with `transfer: true`.
   * @throws BadRequestError when the array isn't rows of so many dimensions, or an option is unknown or impossible.
   */
  constructor(vectors: PackedVectors, options: VectorIndexOptions) {
    checkIndexOptions(options, vectors);
    this.#shape = checkVectors(vectors, options.dimensions);
    this.#options = options;
    this.#vectors = vectors;
  }

  /** How many vectors it holds. */
  get size(): number {
    return this.#shape.rows;
  }

  /** Starts the worker and copies the vectors before there is a search, which then waits less. Nothing to do for few. */
  async load(): Promise<void> {
    if (!isForHere(this.#shape)) await this.#use(() => this.#open());
  }

  /**
   * The `k` rows that are nearest to `query`, best first, of equal ones the earlier; fewer when there aren't so many.
   *
   * @throws BadRequestError when the query doesn't fit the vectors, or a number of either isn't finite; `param` names which.
   * @throws ModelLoadError `worker_script_failed`; WorkerDiedError `worker_died` after three workers, or when the only copy of
   *   the vectors was lost with one; EmbeddingError `disposed`; the signal's reason.
   */
  async topK(query: QueryVector, k: number, options: SearchOptions = {}): Promise<SearchMatch[]> {
    checkObject(options, 'the options');
    checkKnown(options, { signal: true }, 'option');
    options.signal?.throwIfAborted();
    if (this.#disposed) throw this.#disposed;
    const checked = checkQuery(query, this.#shape);
    const most = checkInteger('k', k, 0);
    const search = this.#find(checked, most);
    return toMatches(await (options.signal ? waitUnder(options.signal, search) : search));
  }

  /** Ends the worker, which gives its memory back. Searches under way, and later ones, reject with code `disposed`. */
  dispose(): void {
    this.#disposed ??= new EmbeddingError('disposed', 'This index has been disposed of. Make a new one.');
    this.#vectors = undefined;
    clearTimeout(this.#idleTimer);
    this.#worker?.end(this.#disposed);
  }

  /** For `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async #find(query: PackedVectors, most: number): Promise<FoundRows | UnscoredRow> {
    const shape = this.#shape;
    if (isForHere(shape)) return findHere({ shape, query, vectors: this.#vectors ?? new Uint8Array(), most });
    const ask = async (): Promise<FoundRows | UnscoredRow> =>
      (await this.#open()).findRows({ kind: 'find', query, most });
    return this.#use(() => retryStopped(ask, () => this.#vectors !== undefined));
  }

  /** Keeps the worker from being let go meanwhile. */
  async #use<T>(task: () => Promise<T>): Promise<T> {
    this.#users += 1;
    clearTimeout(this.#idleTimer);
    try {
      return await task();
    } finally {
      this.#users -= 1;
      this.#waitIdle();
    }
  }

  /** The worker that holds the vectors; started by the first who asks, and anew after one has ended. */
  #open(): Promise<SearchWorker> {
    if (this.#disposed) return Promise.reject(this.#disposed);
    if (this.#worker?.hasEnded === true) this.#loaded.forget();
    return this.#loaded.get(() => this.#start());
  }

  async #start(): Promise<SearchWorker> {
    const vectors = this.#vectors;
    if (!vectors) {
      const message = `The worker that held the only copy of the vectors has stopped, as they were handed over by 'transfer'. Make a new index.`;
      throw new WorkerDiedError('worker_died', message);
    }
    const worker = new SearchWorker(findSearchWorker(this.#options.assetsUrl), this.#worker?.hasSpoken);
    this.#worker = worker;
    await worker.open({ shape: this.#shape, room: this.#shape.rows });
    if (this.#options.transfer === true) {
      this.#vectors = undefined;
      await worker.handOver({ kind: 'write', first: 0, count: this.#shape.rows, values: vectors });
      return worker;
    }
    await sendSlices(vectors, this.#shape.width, (first, count, values) =>
      worker.handOver({ kind: 'write', first, count, values }),
    );
    return worker;
  }

  /** Only a worker whose vectors are still here can be replaced. */
  #waitIdle(): void {
    if (this.#users > 0 || !this.#vectors || this.#disposed) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      this.#worker?.end(new EmbeddingError('disposed', 'An idle search worker was let go.'));
    }, this.#options.idleTimeoutMs ?? IDLE_MS);
  }
}
