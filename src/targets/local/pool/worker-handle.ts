/** One engine worker, whose calls Comlink carries. */
import { proxy, wrap, type Remote } from 'comlink';
import { WorkerDiedError, type EmbeddingError } from '../../../errors/errors.js';
import { WorkerLink, type CallLimit, type WorkerKind } from '../../../links/worker-link.js';
import type {
  CountRequest,
  EmbedBatch,
  EmbeddedBatch,
  EngineWorkerApi,
  LoadProgress,
  LoadRequest,
  LoadedModel,
  TokenCounts,
  TokenLists,
} from '../../../ports/worker-api.js';

const KIND: WorkerKind = {
  name: 'embedding',
  label: 'inpage-embeddings',
  lockFolder: 'worker',
  tellsHangs: true,
};

/** How long it may be silent while it loads: downloads report every piece, and starting a large model takes a minute. */
const SILENCE_TIMEOUT_MS = 180_000;

/** A worker whose model is loaded. */
export interface ReadyWorker {
  readonly model: LoadedModel;
  readonly handle: Pick<WorkerHandle, 'embed' | 'countTokens' | 'listTokens'>;
}

/**
 * A worker, and what it is asked.
 *
 * The proxy is kept for as long as the handle: Comlink may drop calls of a proxy that is collected.
 */
export class WorkerHandle {
  readonly #link: WorkerLink;
  readonly #api: Remote<EngineWorkerApi>;

  /**
   * @param isScriptKnown - whether this script has started before.
   * @throws ModelLoadError `worker_script_failed` when the browser won't start such a worker at all.
   */
  constructor(url: string, isScriptKnown = false) {
    this.#link = new WorkerLink(url, KIND, isScriptKnown);
    this.#api = wrap<EngineWorkerApi>(this.#link.endpoint);
  }

  /** Resolves with the reason when the worker has ended, however it went. */
  get ended(): Promise<EmbeddingError> {
    return this.#link.ended;
  }

  /** Loads the model. Rejects with what went wrong in the worker, or with the reason it ended for. */
  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void): Promise<LoadedModel> {
    const handleLost = (reason: string): void => {
      this.terminate(new WorkerDiedError('device_lost', `The GPU device was lost: ${reason}.`));
    };
    const limit = { ms: SILENCE_TIMEOUT_MS, why: `it said nothing for ${SILENCE_TIMEOUT_MS} ms while loading` };
    return this.#link.ask(limit, (onWord) => {
      const listen = (progress: LoadProgress): void => {
        onWord();
        if (!this.#link.reason) onProgress(progress);
      };
      return this.#api.load(request, proxy(listen), proxy(handleLost));
    });
  }

  /**
   * Embeds a micro-batch; the answer's buffers are the caller's. Without an answer within `limitMs` the worker is ended:
   * a run can't be stopped from outside.
   */
  embed(batch: EmbedBatch, limitMs: number): Promise<EmbeddedBatch> {
    return this.#link.ask(within(limitMs), () => this.#api.embed(batch));
  }

  /** Counts tokens; they may have to wait for a micro-batch. */
  countTokens(request: CountRequest): Promise<TokenCounts> {
    return this.#link.ask(within(SILENCE_TIMEOUT_MS), () => this.#api.countTokens(request));
  }

  /** Lists tokens, as {@link countTokens}. The answer's buffers are the caller's. */
  listTokens(request: CountRequest): Promise<TokenLists> {
    return this.#link.ask(within(SILENCE_TIMEOUT_MS), () => this.#api.listTokens(request));
  }

  /** Ends the worker, which gives its memory back, and rejects what it hasn't answered with `reason`. */
  terminate(reason: EmbeddingError): void {
    this.#link.end(reason);
  }
}

function within(limitMs: number): CallLimit {
  return { ms: limitMs, why: `it didn't answer within ${Math.round(limitMs)} ms` };
}
