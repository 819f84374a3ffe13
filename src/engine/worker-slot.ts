/** Keeps one loaded worker at hand: starts it when asked, forgets it when it failed, so that the next one starts clean. */
import { isEmbeddingError, type EmbeddingError } from '../errors/errors.js';
import type { EmbedBatch, EmbeddedBatch, LoadedModel, LoadProgress } from '../protocol/worker-api.js';
import { WorkerHandle, type WorkerJob } from './worker-handle.js';

/** What a slot's workers load. */
export interface SlotSettings {
  readonly workerUrl: string;
  readonly job: Omit<WorkerJob, 'bypassHttpCache'>;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** A worker whose model is loaded. */
export interface ReadyWorker {
  readonly model: LoadedModel;
  embed(batch: EmbedBatch): Promise<EmbeddedBatch>;
}

/** A place for one worker. */
export class WorkerSlot {
  readonly #settings: SlotSettings;
  #handle: WorkerHandle | undefined;
  #ready: Promise<ReadyWorker> | undefined;
  #bypassHttpCache = false;

  constructor(settings: SlotSettings) {
    this.#settings = settings;
  }

  /**
   * The loaded worker, started if there is none. Callers that come while it loads share the attempt and its failure;
   * the next one after a failure makes a new attempt.
   */
  ready(): Promise<ReadyWorker> {
    if (this.#ready) return this.#ready;
    const attempt = this.#start();
    this.#ready = attempt;
    attempt.catch(() => {
      if (this.#ready === attempt) this.#ready = undefined;
    });
    return attempt;
  }

  /** Ends the worker, if any, and rejects what it hasn't answered with `reason`. */
  end(reason: EmbeddingError): void {
    this.#handle?.terminate(reason);
    this.#handle = undefined;
    this.#ready = undefined;
  }

  async #start(): Promise<ReadyWorker> {
    try {
      const { workerUrl, job, onProgress } = this.#settings;
      const handle = new WorkerHandle(workerUrl);
      this.#handle = handle;
      const model = await handle.load({ ...job, bypassHttpCache: this.#bypassHttpCache }, onProgress);
      this.#bypassHttpCache = false;
      return { model, embed: (batch) => handle.embed(batch) };
    } catch (error) {
      // A damaged file may have come from the HTTP cache, which would give it again.
      this.#bypassHttpCache = isEmbeddingError(error, 'model_file_damaged');
      this.#handle?.terminate(error as EmbeddingError);
      this.#handle = undefined;
      throw error;
    }
  }
}
