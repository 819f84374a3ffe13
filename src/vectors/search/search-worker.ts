/** One search worker: started, asked, ended. Whatever it hasn't answered is settled when it ends. */
import type { PackedVectors } from '../../api/search.js';
import { EmbeddingError } from '../../errors/errors.js';
import { Caller } from '../../links/caller.js';
import { WorkerLink, type WorkerKind } from '../../links/worker-link.js';
import type { FoundRows, SearchAnswer, SearchRequest, UnscoredRow } from '../../ports/search-messages.js';

/** A scan takes a second at most, and another worker is tried whichever way one has stopped. */
const KIND: WorkerKind = {
  name: 'search',
  label: 'inpage-embeddings search',
  lockFolder: 'search',
  tellsHangs: false,
};
const LIMIT_MS = 60_000;

/** A worker and what it hasn't answered. */
export class SearchWorker {
  readonly #link: WorkerLink;
  readonly #caller: Caller<SearchRequest, SearchAnswer>;

  /**
   * @param isScriptKnown - whether this script has started before.
   * @throws ModelLoadError `worker_script_failed` when the browser won't start such a worker at all.
   */
  constructor(url: string, isScriptKnown = false) {
    this.#link = new WorkerLink(url, KIND, isScriptKnown);
    this.#caller = new Caller(this.#link.endpoint);
  }

  /** The script it runs. */
  get url(): string {
    return this.#link.url;
  }

  /** Whether its script has started. */
  get hasSpoken(): boolean {
    return this.#link.hasSpoken;
  }

  /** Whether it has ended, however it went. */
  get hasEnded(): boolean {
    return this.#link.reason !== undefined;
  }

  /** Makes room for rows. */
  async open(request: Omit<Extract<SearchRequest, { kind: 'open' }>, 'kind'>): Promise<void> {
    await this.#ask({ kind: 'open', ...request });
  }

  /** What `find` or `finish` found. */
  async findRows(request: Extract<SearchRequest, { kind: 'find' | 'finish' }>): Promise<FoundRows | UnscoredRow> {
    const { found } = await this.#ask(request);
    if (!found) throw new EmbeddingError('internal', 'Expected rows, but none came.');
    return found;
  }

  /** Hands values over for `write` or `pass`, and gives their buffer back. */
  async handOver(request: Extract<SearchRequest, { kind: 'write' | 'pass' }>): Promise<PackedVectors> {
    const { values } = await this.#ask(request, [request.values.buffer as ArrayBuffer]);
    return values ?? request.values;
  }

  /** Ends the worker, which gives its memory back, and rejects what it hasn't answered with `reason`. */
  end(reason: EmbeddingError): void {
    this.#link.end(reason);
  }

  /** The answer. Rejects with the reason the worker ended for; one that fails is done for. */
  async #ask(request: SearchRequest, transfer?: Transferable[]): Promise<SearchAnswer> {
    const limit = { ms: LIMIT_MS, why: `it did not answer within ${LIMIT_MS} ms` };
    try {
      return await this.#link.ask(limit, () => this.#caller.ask(request, transfer));
    } catch (error) {
      this.end(this.#link.died((error as Error).message));
      throw this.#link.reason ?? error;
    }
  }
}
