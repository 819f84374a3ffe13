/** Keeps one loaded worker at hand: starts it when asked, forgets it when it failed, so that the next one starts clean. */
import { isEmbeddingError, type EmbeddingError } from '../../../errors/errors.js';
import type { LoadedModel, LoadProgress, LoadRequest } from '../../../ports/worker-api.js';
import type { ContentPin } from '../content-pin.js';
import type { HubPass } from '../hub-pass.js';
import { WorkerHandle, type ReadyWorker } from './worker-handle.js';
import { SharedAttempt } from '../../../util/share-success.js';
import type { WorkerTrust } from './worker-trust.js';

/** What a slot's workers load. */
export interface SlotSettings {
  readonly workerUrl: string;
  readonly job: Omit<LoadRequest, 'bypassHttpCache'>;
  /** What goes with requests to the model's hub. */
  readonly hub: HubPass;
  /** What all workers of the client have to have in common. */
  readonly pin: ContentPin;
  /** The space of a model's whole vectors, by what tells its content from any other. */
  readonly describe: (model: LoadedModel, identity: string) => string;
  /** Whether a worker of this script has started before, in this slot or another. */
  readonly hasStarted: () => boolean;
  readonly onProgress: (progress: LoadProgress) => void;
  /** A loaded worker has stopped by itself, at work or at rest. */
  readonly onStopped: (reason: EmbeddingError) => void;
  /** Given where vectors must be proved before they are used. */
  readonly trust?: WorkerTrust;
}

/** A place for one worker. */
export class WorkerSlot {
  readonly #settings: SlotSettings;
  #handle: WorkerHandle | undefined;
  readonly #ready = new SharedAttempt<ReadyWorker>();
  #proof = new AbortController();
  #bypassHttpCache = false;

  constructor(settings: SlotSettings) {
    this.#settings = settings;
  }

  /**
   * The loaded worker, started if there is none. Callers that come while it loads share the attempt and its failure;
   * the next one after a failure makes a new attempt.
   */
  ready(): Promise<ReadyWorker> {
    return this.#ready.get(() => this.#start());
  }

  /** Ends the worker, if any, and rejects what it hasn't answered with `reason`. */
  end(reason: EmbeddingError): void {
    const handle = this.#handle;
    this.#forget();
    this.#proof.abort(reason);
    handle?.terminate(reason);
  }

  #forget(): void {
    this.#handle = undefined;
    this.#ready.forget();
  }

  /** @param isRenewed - whether the hub has refused the headers before these. */
  async #start(isRenewed = false): Promise<ReadyWorker> {
    const { workerUrl, hub, hasStarted, onProgress, trust } = this.#settings;
    const proof = new AbortController();
    this.#proof = proof;
    let handle: WorkerHandle | undefined;
    try {
      const started = new WorkerHandle(workerUrl, hasStarted());
      handle = started;
      this.#handle = started;
      const request = await this.#makeRequest();
      const model = await started.load(request, onProgress);
      this.#bypassHttpCache = false;
      await this.#pin(model, started.ended);
      const worker: ReadyWorker = { model, handle: started };
      await trust?.accept(worker, request, proof.signal);
      void started.ended.then((reason) => {
        if (this.#handle !== started) return;
        this.#forget();
        this.#settings.onStopped(reason);
      });
      return worker;
    } catch (error) {
      // A damaged file may have come from the HTTP cache, which would give it again.
      this.#bypassHttpCache =
        isEmbeddingError(error, 'model_file_damaged') || isEmbeddingError(error, 'content_changed');
      handle?.terminate(error as EmbeddingError);
      if (this.#handle === handle) this.#handle = undefined;
      trust?.refuse?.(error);
      const mayRenew = hub.mayChange && !isRenewed && !proof.signal.aborted;
      if (mayRenew && isEmbeddingError(error, 'authentication_failed') && error.param === undefined) {
        return this.#start(true);
      }
      throw error;
    }
  }

  async #makeRequest(): Promise<LoadRequest> {
    const { job, hub, pin, trust } = this.#settings;
    const { expected } = pin;
    return {
      ...job,
      source: await hub.addTo(job.source),
      ...trust?.ask?.(),
      ...(expected && { expected }),
      bypassHttpCache: this.#bypassHttpCache,
    };
  }

  async #pin(model: LoadedModel, ended: Promise<unknown>): Promise<void> {
    const { pin, describe } = this.#settings;
    if (model.content) await pin.take(model.content, (identity) => describe(model, identity), ended);
  }
}
