/** The workers of one engine: one always, more while bulk work waits, all on the same queue. */
import type { Priority } from '../../../api/vocabulary.js';
import { EmbeddingError } from '../../../errors/errors.js';
import type { LoadedModel, LoadProgress } from '../../../ports/worker-api.js';
import { BatchBudget } from '../queue/batch-budget.js';
import { isAnotherWorthIt, type PoolSize } from './pool-size.js';
import type { EntryQueue } from '../queue/queue.js';
import { ThreadChoice, type ThreadSettings } from './thread-choice.js';
import type { ReadyWorker } from './worker-handle.js';
import { WorkerLoop } from './worker-loop.js';
import { WorkerSlot, type SlotSettings } from './worker-slot.js';

/** What a pool works with, and whom it tells. */
export interface PoolSettings extends Omit<SlotSettings, 'hasStarted' | 'onStopped'> {
  readonly queue: EntryQueue;
  /** The most workers at once, asked when the first one has loaded. */
  readonly choosePoolSize: (loadedBytes: number) => PoolSize;
  /** Given where one worker may use several threads instead. */
  readonly threads?: ThreadSettings;
  /** Each running worker has more to do than this, in milliseconds, before another one is started. */
  readonly minWaitMs: number;
  /** How often an input is tried again after a worker failed over it. */
  readonly maxRetries: number;
  /** Whether another runtime takes over when workers hang while they load. */
  readonly hasTwin: boolean;
  /** When every worker is let go for want of work. Absent: one stays. */
  readonly idleTimeoutMs?: number;
  /** The first worker has loaded, or one in its place. */
  readonly onReady: (model: LoadedModel) => void;
  /** A worker ended by a failure; what it hadn't answered is tried again. */
  readonly onDied: (error: EmbeddingError) => void;
  /** No worker can be had for what waits. */
  readonly onFailed: (error: unknown) => void;
}

/** Workers beyond the first are let go after so long without work, unless the app says otherwise. */
const IDLE_MS = 60_000;

/** A pool that grows under load and shrinks at rest. */
export class WorkerPool {
  readonly #settings: PoolSettings;
  readonly #budget = new BatchBudget();
  readonly #threads: ThreadChoice;
  #first: WorkerLoop;
  /** Started when needed; resting ones are woken before new ones are made. */
  #others: WorkerLoop[] = [];
  /** For queries alone: a long text can't be interrupted, and would make each of them wait. */
  #express: WorkerLoop | undefined;
  #model: LoadedModel | undefined;
  #loadedBytes = 0;
  #most = 1;
  /** The same with the one for queries alone. */
  #maxInAll = 1;
  #answeredTokens = 0;
  #lastBatchSize = 1;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.#threads = new ThreadChoice(settings.threads);
    this.#first = this.#createFirst(this.#threads.initial);
  }

  /** Tokens per millisecond of every worker this pool may have together; undefined until it is known. */
  get tokensPerMs(): number | undefined {
    const { realTokensPerMs } = this.#budget;
    return realTokensPerMs === undefined ? undefined : realTokensPerMs * this.#most;
  }

  /** Inputs of the latest micro-batch. */
  get lastBatchSize(): number {
    return this.#lastBatchSize;
  }

  /** Begins loading the first worker. */
  start(): void {
    this.#first.ready().catch(() => undefined);
  }

  /** Puts workers to what waits. */
  wake(): void {
    this.#expedite();
    this.#first.wake();
    this.#grow();
  }

  /** Asks the first worker, started if there is none, something that isn't an embedding. */
  async ask<T>(question: (worker: ReadyWorker) => Promise<T>): Promise<T> {
    const loop = this.#first;
    try {
      return await loop.use(question);
    } catch (error) {
      if (loop === this.#first) throw error;
      // Another one has taken its place.
      return this.ask(question);
    }
  }

  /** Lets every worker go as soon as there is nothing to do; the next {@link wake} undoes it. */
  rest(): void {
    for (const loop of this.#loops()) loop.rest();
  }

  /** Ends every worker for good. */
  end(reason: EmbeddingError): void {
    for (const loop of this.#loops()) loop.end(reason);
    this.#threads.end(reason);
  }

  #loops(): WorkerLoop[] {
    return [this.#first, ...this.#others, ...(this.#express ? [this.#express] : [])];
  }

  #handleReady(model: LoadedModel): void {
    if (model === this.#model) return;
    this.#model = model;
    const { workers, withExpress } = this.#settings.choosePoolSize(this.#loadedBytes);
    this.#most = this.#threads.usesThreads ? 1 : workers;
    this.#maxInAll = withExpress;
    this.#settings.onReady(model);
  }

  /** One worker more, if there is enough to do for it. */
  #grow(): void {
    const running = this.#countRunning();
    const { queue, minWaitMs } = this.#settings;
    if (!isAnotherWorthIt(queue.tokens, this.#budget.tokensPerMs, running, minWaitMs)) return;
    if (running >= this.#most) this.#compareThreads();
    else if (this.#express && running + 1 >= this.#maxInAll) {
      // It makes room as soon as it has nothing to do.
      this.#express.rest();
      if (!this.#express.isRunning) this.#express = undefined;
    } else (this.#others.find((loop) => !loop.isRunning) ?? this.#addLoop()).wake();
  }

  #countRunning(): number {
    return [this.#first, ...this.#others].filter((loop) => loop.isRunning).length;
  }

  /** A query that finds the workers at bulk work gets one of its own, where the device has room for several. */
  #expedite(): void {
    const { queue } = this.#settings;
    const isBusy = this.#first.isRunning && queue.sizeOf('bulk') > 0;
    if (!isBusy || this.#most === 1 || queue.sizeOf('interactive') === 0) return;
    // Memory is for so many: the others answer its queries too, only later.
    if (this.#countRunning() >= this.#maxInAll) return;
    this.#express ??= this.#createLoop(this.#threads.initial, {
      ...this.#quiet(),
      onlyPriority: 'interactive',
      // The others answer its queries too, only later.
      onFailed: () => undefined,
      idleMs: this.#settings.idleTimeoutMs ?? IDLE_MS,
    });
    this.#express.wake();
  }

  /** Once there is work for long, and every worker is at it, one worker of several threads is tried instead. */
  #compareThreads(): void {
    const pool = [this.#first, ...this.#others];
    const workers = {
      resume: (): void => {
        for (const loop of pool) loop.resume();
      },
      pause: async (): Promise<void> => {
        await Promise.all(pool.map((loop) => loop.pause()));
      },
    };
    this.#threads.compare({
      workers,
      waitingTokens: () => this.#settings.queue.tokens,
      answeredTokens: () => this.#answeredTokens,
      tokensPerMs: (this.#budget.tokensPerMs ?? 0) * this.#most,
      createThreaded: (threads, onFailed) => this.#createLoop(threads, { ...this.#quiet(), onFailed }),
      onThreadsWon: (threaded) => {
        const reason = new EmbeddingError('disposed', 'One worker of several threads took over.');
        for (const loop of pool) loop.end(reason);
        this.#first = threaded;
        this.#others = [];
        this.#most = 1;
      },
    });
  }

  #createFirst(threads: number | undefined): WorkerLoop {
    const settings = this.#settings;
    return this.#createLoop(threads, {
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
      idleMs: settings.idleTimeoutMs,
    });
  }

  #addLoop(): WorkerLoop {
    const loop = this.#createLoop(this.#threads.initial, {
      ...this.#quiet(),
      onFailed: () => {
        // There may be no memory for another one: the pool stays smaller, and the first worker goes on alone.
        this.#most = this.#others.length;
        this.#first.wake();
      },
      idleMs: this.#settings.idleTimeoutMs ?? IDLE_MS,
    });
    this.#others.push(loop);
    return loop;
  }

  /** The page has been told how the model loads; another worker's files come from a cache. */
  #quiet(): LoopEvents {
    return {
      onProgress: () => undefined,
      onReady: () => undefined,
      onFailed: this.#settings.onFailed,
      idleMs: this.#settings.idleTimeoutMs,
    };
  }

  #createLoop(
    threads: number | undefined,
    { onProgress, onReady, onFailed, idleMs, onlyPriority }: LoopEvents,
  ): WorkerLoop {
    const { workerUrl, job, hub, pin, describe, trust, queue, onDied, maxRetries, hasTwin } = this.#settings;
    return new WorkerLoop({
      slot: new WorkerSlot({
        workerUrl,
        job: { ...job, ...(threads !== undefined && { threads }) },
        hub,
        pin,
        describe,
        hasStarted: () => this.#model !== undefined,
        onProgress,
        onStopped: onDied,
        ...(trust && { trust }),
      }),
      queue,
      budget: this.#budget,
      onReady,
      onBatch: (tokens, inputs) => {
        this.#answeredTokens += tokens;
        this.#lastBatchSize = inputs;
        this.#grow();
      },
      onDied,
      onFailed,
      idleMs,
      maxRetries,
      hasTwin,
      ...(onlyPriority && { onlyPriority }),
    });
  }
}

interface LoopEvents {
  readonly onProgress: (progress: LoadProgress) => void;
  readonly onReady: (model: LoadedModel) => void;
  readonly onFailed: (error: unknown) => void;
  readonly idleMs: number | undefined;
  readonly onlyPriority?: Priority;
}
