/** One worker: started, watched for its death, ended. The only file of the page that touches Comlink or a Worker. */
import { proxy, wrap, type Remote } from 'comlink';
import { EmbeddingError, ModelLoadError, WorkerDiedError } from '../errors/errors.js';
import { fromErrorRecord } from '../protocol/error-record.js';
import type {
  EmbedBatch,
  EmbeddedBatch,
  EngineWorkerApi,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  Outcome,
} from '../protocol/worker-api.js';
import { diagnoseScript } from './diagnose-script.js';

/** How long a worker's script may take to arrive and answer; a slow phone network needs about ten seconds. */
const START_TIMEOUT_MS = 60_000;

/** What a worker is asked to load; the handle adds the lock it is watched by. */
export type WorkerJob = Omit<LoadRequest, 'lifeLock'>;

/**
 * A worker and the calls it hasn't answered.
 *
 * Comlink never settles a call whose worker is gone, so every call also waits for the worker's end. The proxy is kept
 * for as long as the handle: Comlink may drop calls of a proxy that is collected.
 */
export class WorkerHandle {
  readonly #worker: Worker;
  readonly #api: Remote<EngineWorkerApi>;
  readonly #url: string;
  // randomUUID() is absent outside secure contexts.
  readonly #lifeLock: string = `inpage-embeddings/worker/${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  readonly #watch = new AbortController();
  readonly #unanswered = new Set<(reason: EmbeddingError) => void>();
  #end: EmbeddingError | undefined;
  #hasSpoken = false;

  /** @throws ModelLoadError `worker_script_failed` when the browser won't start such a worker at all. */
  constructor(url: string) {
    this.#url = url;
    try {
      this.#worker = new Worker(url, { type: 'module', name: 'inpage-embeddings' });
    } catch (cause) {
      const message = `Could not start the worker ${url}: the browser refused it. Serve it from the page's own origin and allow it in worker-src.`;
      throw new ModelLoadError('worker_script_failed', message, { url, cause });
    }
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      void this.#handleError(event);
    });
    this.#worker.addEventListener('messageerror', () => {
      this.terminate(died('it sent a message that could not be read'));
    });
    this.#api = wrap<EngineWorkerApi>(this.#worker);
  }

  /** Loads the model. Rejects with what went wrong in the worker, or with the reason it ended for. */
  load(job: WorkerJob, onProgress: (progress: LoadProgress) => void): Promise<LoadedModel> {
    const timer = setTimeout(() => {
      this.terminate(silent(this.#url));
    }, START_TIMEOUT_MS);
    const listen = (progress: LoadProgress): void => {
      clearTimeout(timer);
      if (!this.#hasSpoken) this.#watchLife();
      this.#hasSpoken = true;
      if (!this.#end) onProgress(progress);
    };
    return this.#call(() => this.#api.load({ ...job, lifeLock: this.#lifeLock }, proxy(listen))).finally(() => {
      clearTimeout(timer);
    });
  }

  /** Embeds a micro-batch; the answer's buffers are the caller's. */
  embed(batch: EmbedBatch): Promise<EmbeddedBatch> {
    return this.#call(() => this.#api.embed(batch));
  }

  /** Ends the worker, which gives its memory back, and rejects what it hasn't answered with `reason`. */
  terminate(reason: EmbeddingError): void {
    if (this.#end) return;
    this.#end = reason;
    this.#watch.abort();
    this.#worker.terminate();
    for (const reject of this.#unanswered) reject(reason);
    this.#unanswered.clear();
  }

  async #call<T>(send: () => Promise<Outcome<T>>): Promise<T> {
    const outcome = await new Promise<Outcome<T>>((resolve, reject) => {
      if (this.#end) {
        reject(this.#end);
        return;
      }
      this.#unanswered.add(reject);
      send()
        .then(resolve, reject)
        .finally(() => this.#unanswered.delete(reject));
    });
    if (!outcome.ok) throw fromErrorRecord(outcome.error);
    return outcome.value;
  }

  async #handleError(event: ErrorEvent): Promise<void> {
    // A script that couldn't be fetched fires a plain event without a message.
    const reason = (event.message as string | undefined) ?? '';
    this.terminate(this.#hasSpoken ? died(reason || 'it gave no reason') : await diagnoseScript(this.#url, reason));
  }

  /** A worker that closes itself or is ended by the browser fires no event, but lets go of its lock. */
  #watchLife(): void {
    // Absent outside secure contexts.
    if (!('locks' in navigator)) return;
    navigator.locks
      .request(this.#lifeLock, { signal: this.#watch.signal }, () => {
        this.terminate(died('it was ended from outside, or ran out of memory'));
      })
      .catch(() => undefined);
  }
}

function silent(url: string): ModelLoadError {
  const message = `Could not start the worker ${url}: expected it to answer within ${START_TIMEOUT_MS} ms, but nothing came. Check the network; the next call tries again.`;
  return new ModelLoadError('worker_script_failed', message, { url });
}

function died(why: string): WorkerDiedError {
  return new WorkerDiedError('worker_died', `The embedding worker stopped: ${why}.`);
}
