/** The workers of one engine: one always, more while bulk work waits, all on the same queue. */
import type { EmbeddingError } from '../errors/errors.js';
import type { LoadedModel, LoadProgress } from '../protocol/worker-api.js';
import { BatchBudget } from './batch-budget.js';
import { isAnotherWorthIt } from './pool-size.js';
import type { EntryQueue } from './queue.js';
import { WorkerLoop } from './worker-loop.js';
import { WorkerSlot, type SlotSettings } from './worker-slot.js';

/** What a pool works with, and whom it tells. */
export interface PoolSettings extends SlotSettings {
  readonly queue: EntryQueue;
  /** The most workers at once, asked when the first one has loaded. */
  readonly choosePoolSize: (loadedBytes: number) => number;
  /** The first worker has loaded, or one in its place. */
  readonly onReady: (model: LoadedModel) => void;
  /** A worker ended by a failure; what it hadn't answered is tried again. */
  readonly onDied: (error: EmbeddingError) => void;
  /** No worker can be had for what waits. */
  readonly onFailed: (error: unknown) => void;
}

/** Workers beyond the first are let go after so long without work. */
const IDLE_MS = 20_000;

/** A pool that grows under load and shrinks at rest. */
export class WorkerPool {
  readonly #settings: PoolSettings;
  readonly #budget = new BatchBudget();
  readonly #first: WorkerLoop;
  /** Started when needed; resting ones are woken before new ones are made. */
  readonly #others: WorkerLoop[] = [];
  #model: LoadedModel | undefined;
  #loadedBytes = 0;
  #most = 1;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.#first = this.#createLoop({
      onProgress: (progress) => {
        this.#loadedBytes = progress.loadedBytes;
        settings.onProgress(progress);
      },
      onReady: (model) => {
        this.#handleReady(model);
      },
      onFailed: (error) => {
        if (!this.#others.some((loop) => loop.isRunning)) settings.onFailed(error);
      },
    });
  }

  /** Begins loading the first worker. */
  start(): void {
    this.#first.ready().catch(() => undefined);
  }

  /** Puts workers to what waits. */
  wake(): void {
    this.#first.wake();
    this.#grow();
  }

  /** Ends every worker for good. */
  end(reason: EmbeddingError): void {
    for (const loop of this.#loops()) loop.end(reason);
  }

  #loops(): WorkerLoop[] {
    return [this.#first, ...this.#others];
  }

  #handleReady(model: LoadedModel): void {
    if (model === this.#model) return;
    this.#model = model;
    this.#most = this.#settings.choosePoolSize(this.#loadedBytes);
    this.#settings.onReady(model);
  }

  /** One worker more, if there is enough to do for it. */
  #grow(): void {
    const running = this.#loops().filter((loop) => loop.isRunning).length;
    const { tokens } = this.#settings.queue;
    if (running >= this.#most || !isAnotherWorthIt(tokens, this.#budget.tokensPerMs, running)) return;
    const resting = this.#others.find((loop) => !loop.isRunning) ?? this.#addLoop();
    resting.wake();
  }

  #addLoop(): WorkerLoop {
    const loop = this.#createLoop({
      idleMs: IDLE_MS,
      // The page has been told how the model loads; this worker's files come from a cache.
      onProgress: () => undefined,
      onReady: () => undefined,
      onFailed: () => {
        // There may be no memory for another one: the pool stays smaller, and the first worker goes on alone.
        this.#most = this.#others.length;
        this.#first.wake();
      },
    });
    this.#others.push(loop);
    return loop;
  }

  #createLoop(own: {
    readonly onProgress: (progress: LoadProgress) => void;
    readonly onReady: (model: LoadedModel) => void;
    readonly onFailed: (error: unknown) => void;
    readonly idleMs?: number;
  }): WorkerLoop {
    const { workerUrl, job, queue, onDied } = this.#settings;
    return new WorkerLoop({
      slot: new WorkerSlot({ workerUrl, job, onProgress: own.onProgress }),
      queue,
      budget: this.#budget,
      onReady: own.onReady,
      onBatch: () => {
        this.#grow();
      },
      onDied,
      onFailed: own.onFailed,
      ...(own.idleMs !== undefined && { idleMs: own.idleMs }),
    });
  }
}
