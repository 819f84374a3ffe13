/** One search worker: started, asked, ended. Whatever it hasn't answered is settled when it ends. */
import type { PackedVectors } from '../../api/search.js';
import { EmbeddingError, ModelLoadError, WorkerDiedError } from '../../errors/errors.js';
import type {
  FoundRows,
  NumberedRequest,
  SearchReply,
  SearchRequest,
  UnscoredRow,
} from '../../ports/search-messages.js';
import { Watchdog } from '../../util/watchdog.js';
import { makeLifeLock, watchLife } from '../../links/watch-life.js';

/** A scan takes a second at most; a script may take its time on a slow network. */
const LIMIT_MS = 60_000;
/** A script that has come before is at hand. */
const RESTART_MS = 20_000;

interface Waiting {
  readonly resolve: (reply: SearchReply) => void;
  readonly reject: (reason: EmbeddingError) => void;
}

/** A worker and what it hasn't answered. */
export class SearchWorker {
  readonly #worker: Worker;
  readonly #url: string;
  readonly #isScriptKnown: boolean;
  readonly #watch = new AbortController();
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #hasSpoken = false;
  #end: EmbeddingError | undefined;

  /**
   * @param isScriptKnown - whether this script has started before: a worker that never speaks was then ended, which nothing
   *   else tells of one that has given no sign of life yet.
   * @throws ModelLoadError `worker_script_failed` when the browser won't start such a worker at all.
   */
  constructor(url: string, isScriptKnown = false) {
    this.#url = url;
    this.#isScriptKnown = isScriptKnown;
    try {
      this.#worker = new Worker(url, { type: 'module', name: 'inpage-embeddings search' });
    } catch (cause) {
      throw unstarted(url, 'the browser refused it', cause);
    }
    this.#worker.addEventListener('message', ({ data }: MessageEvent<SearchReply>) => {
      this.#settle(data);
    });
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that couldn't be fetched fires a plain event without a message.
      const reason = (event.message as string | undefined) ?? '';
      this.end(this.#hasSpoken ? died(reason || 'it gave no reason') : unstarted(url, reason || 'it did not load'));
    });
    this.#worker.addEventListener('messageerror', () => {
      this.end(died('it sent a message that could not be read'));
    });
    void this.#watchLife();
  }

  /** The script it runs. */
  get url(): string {
    return this.#url;
  }

  /** Whether its script has started. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** Whether it has ended, however it went. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
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

  /** A worker that closes itself or is ended by the browser fires no event, but its sign of life ends with it. */
  async #watchLife(): Promise<void> {
    const lifeLock = makeLifeLock('search');
    const { life } = await this.#ask({ kind: 'live', lifeLock }).catch((): Partial<SearchReply> => ({}));
    if (!life || this.#end) return;
    watchLife(life, lifeLock, this.#watch.signal, () => {
      this.end(died('it was ended from outside, or ran out of memory'));
    });
  }

  /** The reply. Rejects with the reason the worker ended for; without a reply for a minute it is ended. */
  #ask(request: SearchRequest, transfer: Transferable[] = []): Promise<SearchReply> {
    return new Promise((resolve, reject) => {
      if (this.#end) {
        reject(this.#end);
        return;
      }
      const id = this.#asked++;
      const limitMs = this.#isScriptKnown && !this.#hasSpoken ? RESTART_MS : LIMIT_MS;
      const watchdog = new Watchdog(() => {
        const reason = `it did not answer within ${limitMs} ms`;
        this.end(this.#hasSpoken || this.#isScriptKnown ? died(reason) : unstarted(this.#url, reason));
      });
      watchdog.start(limitMs);
      const stop = <T>(settle: (value: T) => void): ((value: T) => void) => {
        return (value) => {
          watchdog.stop();
          settle(value);
        };
      };
      this.#waiting.set(id, { resolve: stop(resolve), reject: stop(reject) });
      const message: NumberedRequest = { id, request };
      this.#worker.postMessage(message, transfer);
    });
  }

  /** Ends the worker, which gives its memory back, and rejects what it hasn't answered with `reason`. */
  end(reason: EmbeddingError): void {
    if (this.#end) return;
    this.#end = reason;
    this.#watch.abort();
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  #settle(reply: SearchReply): void {
    this.#hasSpoken = true;
    if (reply.failure !== undefined) {
      this.end(died(reply.failure));
      return;
    }
    this.#waiting.get(reply.id)?.resolve(reply);
    this.#waiting.delete(reply.id);
  }
}

function unstarted(url: string, reason: string, cause?: unknown): ModelLoadError {
  const message = `Could not start the worker ${url}: ${reason}. Serve this package's assets folder with the page, or set assetsUrl.`;
  return new ModelLoadError('worker_script_failed', message, { url, ...(cause !== undefined && { cause }) });
}

function died(why: string): WorkerDiedError {
  return new WorkerDiedError('worker_died', `The search worker stopped: ${why}.`);
}
