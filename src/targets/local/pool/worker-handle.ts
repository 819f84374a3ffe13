/** One worker: started, watched for its death, ended. The only file of the page that touches Comlink or a Worker. */
import { proxy, wrap, type Remote } from 'comlink';
import type { CountRequest, TokenCounts } from '../../target.js';
import { EmbeddingError, ModelLoadError, WorkerDiedError } from '../../../errors/errors.js';
import { fromErrorRecord } from '../../../ports/error-record.js';
import type {
  EmbedBatch,
  EmbeddedBatch,
  EngineWorkerApi,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  Outcome,
} from '../../../ports/worker-api.js';
import { createDeferred } from '../../../util/deferred.js';
import { Watchdog } from '../../../util/watchdog.js';
import { makeLifeLock, watchLife, type LifeSign } from '../../../links/watch-life.js';
import { diagnoseScript } from '../../../links/diagnose-script.js';

/** How long a worker's script may take to arrive and answer; a slow phone network needs about ten seconds. */
const START_TIMEOUT_MS = 60_000;
/** The same for a script that has come before: it is at hand, and a wrong guess costs only another worker. */
const RESTART_TIMEOUT_MS = 20_000;
/** How long it may be silent while it loads: downloads report every piece, and starting a large model takes a minute. */
const SILENCE_TIMEOUT_MS = 180_000;

/** What a worker is asked to load; the handle adds the lock it is watched by. */
export type WorkerJob = Omit<LoadRequest, 'lifeLock'>;

/** A worker whose model is loaded. */
export interface ReadyWorker {
  readonly model: LoadedModel;
  embed(batch: EmbedBatch, limitMs: number): Promise<EmbeddedBatch>;
  countTokens(request: CountRequest): Promise<TokenCounts>;
}

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
  readonly #lifeLock = makeLifeLock('worker');
  readonly #watch = new AbortController();
  readonly #unanswered = new Set<(reason: EmbeddingError) => void>();
  readonly #ended = createDeferred<EmbeddingError>();
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
    this.#listen('error', (event) => {
      event.preventDefault();
      void this.#handleError(event as ErrorEvent);
    });
    this.#listen('messageerror', () => {
      this.terminate(died('it sent a message that could not be read'));
    });
    this.#api = wrap<EngineWorkerApi>({
      postMessage: (message, transfer) => {
        this.#worker.postMessage(message, transfer ?? []);
      },
      addEventListener: (type, listener) => {
        this.#listen(type, listener as EventListener);
      },
      // Comlink never takes its listener away: it goes with the worker.
      removeEventListener: () => undefined,
    });
  }

  /** Until the worker ends: a browser keeps an ended worker for as long as somebody listens to it. */
  #listen(type: string, listener: (event: Event) => void): void {
    this.#worker.addEventListener(type, listener, { signal: this.#watch.signal });
  }

  /** Resolves with the reason when the worker has ended, however it went. */
  get ended(): Promise<EmbeddingError> {
    return this.#ended.promise;
  }

  /**
   * Loads the model. Rejects with what went wrong in the worker, or with the reason it ended for.
   *
   * @param isScriptKnown - whether this script has started before: a worker that never speaks was then ended, which nothing
   *   else tells of one that has no lock yet.
   */
  load(job: WorkerJob, onProgress: (progress: LoadProgress) => void, isScriptKnown = false): Promise<LoadedModel> {
    const startMs = isScriptKnown ? RESTART_TIMEOUT_MS : START_TIMEOUT_MS;
    const { expired, expire } = this.#expiry();
    const watchdog = new Watchdog(() => {
      if (this.#hasSpoken) expire(`it said nothing for ${SILENCE_TIMEOUT_MS} ms while loading`);
      else if (isScriptKnown) this.terminate(died(`it said nothing for ${startMs} ms after its start`));
      else this.terminate(silent(this.#url));
    });
    watchdog.start(startMs);
    const listen = ({ life, ...progress }: LoadProgress): void => {
      watchdog.start(SILENCE_TIMEOUT_MS);
      this.#hasSpoken = true;
      if (this.#end) return;
      if (life) this.#watchLife(life);
      onProgress(progress);
    };
    const handleLost = (reason: string): void => {
      this.terminate(new WorkerDiedError('device_lost', `The GPU device was lost: ${reason}.`));
    };
    const request = { ...job, lifeLock: this.#lifeLock };
    const loaded = this.#call(() => this.#api.load(request, proxy(listen), proxy(handleLost)));
    return Promise.race([loaded, expired]).finally(() => {
      watchdog.stop();
    });
  }

  /**
   * Embeds a micro-batch; the answer's buffers are the caller's. Without an answer within `limitMs` the worker is ended:
   * a run can't be stopped from outside.
   */
  embed(batch: EmbedBatch, limitMs: number): Promise<EmbeddedBatch> {
    return this.#callWithin(limitMs, () => this.#api.embed(batch));
  }

  /** Counts tokens; they may have to wait for a micro-batch. */
  countTokens(request: CountRequest): Promise<TokenCounts> {
    return this.#callWithin(SILENCE_TIMEOUT_MS, () => this.#api.countTokens(request));
  }

  /** Ends the worker, which gives its memory back, and rejects what it hasn't answered with `reason`. */
  terminate(reason: EmbeddingError): void {
    if (this.#end) return;
    this.#end = reason;
    this.#watch.abort();
    this.#worker.terminate();
    for (const reject of this.#unanswered) reject(reason);
    this.#unanswered.clear();
    this.#ended.resolve(reason);
  }

  #callWithin<T>(limitMs: number, send: () => Promise<Outcome<T>>): Promise<T> {
    const { expired, expire } = this.#expiry();
    const watchdog = new Watchdog(() => {
      expire(`it didn't answer within ${Math.round(limitMs)} ms`);
    });
    watchdog.start(limitMs);
    return Promise.race([this.#call(send), expired]).finally(() => {
      watchdog.stop();
    });
  }

  /** Ends the worker for one call, which is told that it hung; all others only hear that the worker stopped. */
  #expiry(): { readonly expired: Promise<never>; readonly expire: (why: string) => void } {
    const { promise, reject } = createDeferred<never>();
    const expire = (why: string): void => {
      reject(new WorkerDiedError('worker_hung', `The embedding worker hung: ${why}.`));
      this.terminate(died(why));
    };
    return { expired: promise, expire };
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

  /** A worker that closes itself or is ended by the browser fires no event, but its sign of life ends with it. */
  #watchLife(sign: LifeSign): void {
    watchLife(sign, this.#lifeLock, this.#watch.signal, () => {
      this.terminate(died('it was ended from outside, or ran out of memory'));
    });
  }
}

function silent(url: string): ModelLoadError {
  const message = `Could not start the worker ${url}: expected it to answer within ${START_TIMEOUT_MS} ms, but nothing came. Check the network; the next call tries again.`;
  return new ModelLoadError('worker_script_failed', message, { url });
}

function died(why: string): WorkerDiedError {
  return new WorkerDiedError('worker_died', `The embedding worker stopped: ${why}.`);
}
