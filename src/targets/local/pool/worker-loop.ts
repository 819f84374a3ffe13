/** One worker working through the shared queue. What a failed worker hadn't answered goes back into the queue. */
import type { Priority } from '../../../api/vocabulary.js';
import { EmbeddingError, isEmbeddingError } from '../../../errors/errors.js';
import { maxCharacters } from '../../../models/text-limit.js';
import { fromErrorRecord } from '../../../ports/error-record.js';
import type { EmbeddedBatch, LoadedModel } from '../../../ports/worker-api.js';
import { nameInput } from '../../../util/name-input.js';
import type { BatchBudget } from '../queue/batch-budget.js';
import type { Entry } from '../queue/embed-call.js';
import type { EntryQueue } from '../queue/queue.js';
import { countLoadRetries, countRetries, giveUp, hasStopped, isGivenUp, toLoadFailure } from '../queue/retries.js';
import { toItem } from '../queue/to-item.js';
import type { ReadyWorker } from './worker-handle.js';
import type { WorkerSlot } from './worker-slot.js';

/** What a loop works with, and whom it tells. */
export interface LoopSettings {
  readonly slot: WorkerSlot;
  readonly queue: EntryQueue;
  readonly budget: BatchBudget;
  readonly onReady: (model: LoadedModel) => void;
  /** A micro-batch of so many estimated tokens and inputs has been answered. */
  readonly onBatch: (tokens: number, inputs: number) => void;
  /** A worker ended by a failure and will be replaced. */
  readonly onDied: (error: EmbeddingError) => void;
  /** No worker could be had; the queue is as it was. */
  readonly onFailed: (error: unknown) => void;
  /** Without work for so long, in milliseconds, the worker is let go. Absent: never. */
  readonly idleMs: number | undefined;
  /** Given for a worker that does nothing else. */
  readonly onlyPriority?: Priority;
  /** How often an entry is tried again after a worker failed over it, and a worker that stops while it loads. */
  readonly maxRetries: number;
  /** Whether another runtime takes over when this one's worker hangs while it loads. */
  readonly hasTwin: boolean;
}

/** Takes micro-batches for as long as there are any. */
export class WorkerLoop {
  readonly #settings: LoopSettings;
  #running: Promise<void> | undefined;
  #isPaused = false;
  #idleMs: number | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Tasks beside the queue, which keep the worker from being let go. */
  #guests = 0;
  #ended: EmbeddingError | undefined;

  constructor(settings: LoopSettings) {
    this.#settings = settings;
    this.#idleMs = settings.idleMs;
  }

  /** Whether its worker is loading or working. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether it was ended for good. */
  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Begins to work unless it does already. */
  wake(): void {
    this.#idleMs = this.#settings.idleMs;
    if (this.#running || this.#isPaused || this.#ended) return;
    clearTimeout(this.#idleTimer);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#waitIdle();
    });
  }

  /** Takes nothing more until {@link resume}, and resolves after the micro-batch under way. The worker stays. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#running;
  }

  /** Works on. */
  resume(): void {
    this.#isPaused = false;
    this.wake();
  }

  /** The loaded worker, started if there is none. */
  async ready(): Promise<ReadyWorker> {
    const worker = await this.#settings.slot.ready();
    this.#settings.onReady(worker.model);
    return worker;
  }

  /**
   * What a task beside the queue gives. Like entries it is tried again when the worker ended under it, whatever for.
   *
   * @throws the reason this loop was ended for; what keeps a worker from loading; the last failure.
   */
  async use<T>(task: (worker: ReadyWorker) => Promise<T>): Promise<T> {
    const { maxRetries, onDied } = this.#settings;
    this.#guests += 1;
    clearTimeout(this.#idleTimer);
    try {
      for (let failures = 0; ; failures++) {
        if (this.#ended) throw this.#ended;
        let worker: ReadyWorker | undefined;
        try {
          worker = await this.ready();
          return await task(worker);
        } catch (error) {
          // What it was ended for is what counts.
          if (this.isEnded) continue;
          if (failures >= countRetries(error, maxRetries) || (!worker && !hasStopped(error))) throw error;
          // One that had loaded has told of its end itself.
          if (!worker && hasStopped(error)) onDied(error);
        }
      }
    } finally {
      this.#guests -= 1;
      if (!this.#running) this.#waitIdle();
    }
  }

  /** Lets the worker go as soon as there is nothing to do, until it is woken again. */
  rest(): void {
    this.#idleMs = 0;
    if (!this.#running) this.#waitIdle();
  }

  /** Ends the worker for good; entries it holds are its calls' to settle. */
  end(reason: EmbeddingError): void {
    this.#ended = reason;
    clearTimeout(this.#idleTimer);
    this.#settings.slot.end(reason);
  }

  /** Only ending a worker gives its memory back. The next {@link wake} starts another. */
  #waitIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#idleMs === undefined || this.#ended || this.#guests > 0) return;
    this.#idleTimer = setTimeout(() => {
      this.#settings.slot.end(new EmbeddingError('disposed', 'An idle worker was let go.'));
    }, this.#idleMs);
  }

  /** Never rejects: every way out settles or puts back what was taken. */
  async #run(): Promise<void> {
    const { queue, onlyPriority, onDied, onFailed } = this.#settings;
    const hasWork = (): boolean => (onlyPriority ? queue.sizeOf(onlyPriority) : queue.size) > 0;
    let failures = 0;
    while (hasWork() && !this.#ended && !this.#isPaused) {
      try {
        await this.#runBatch(await this.ready());
        failures = 0;
      } catch (error) {
        failures += 1;
        // Only a worker that stopped is worth another try: a file that is missing stays so for now.
        if (!hasStopped(error) || failures > countLoadRetries(error, this.#settings)) {
          onFailed(toLoadFailure(error));
          return;
        }
        onDied(error);
      }
    }
  }

  async #runBatch(worker: ReadyWorker): Promise<void> {
    const { queue, budget, onlyPriority, onBatch } = this.#settings;
    const batch = queue.take(budget.tokens, onlyPriority);
    if (batch.length === 0) return;
    const { maxTokens, dimensions } = worker.model;
    const sum = (count: (entry: Entry) => number): number => batch.reduce((all, entry) => all + count(entry), 0);
    // Those that came before the model was loaded didn't know its limit.
    const tokens = sum(({ estimatedTokens }) => Math.min(estimatedTokens, maxTokens));
    const limitMs = budget.limitMs(
      tokens,
      sum(({ uncutTokens }) => Math.min(uncutTokens, maxCharacters(maxTokens))),
    );
    const items = batch.map((entry) => toItem(entry, maxTokens));
    const startedAt = performance.now();
    try {
      const rows = await worker.handle.embed({ items }, limitMs);
      const realTokens = rows.tokenCounts.reduce((all, count) => all + count, 0);
      budget.observe(tokens, performance.now() - startedAt, realTokens);
      settle(batch, rows, dimensions);
      onBatch(tokens, batch.length);
    } catch (error) {
      this.#replace(error, batch);
    }
  }

  /** Throws the worker away; what it hadn't answered goes back in front, or is given up after repeated failures. */
  #replace(cause: unknown, batch: readonly Entry[]): void {
    if (this.#ended) return;
    const { slot, queue, onDied, maxRetries } = this.#settings;
    const error = isEmbeddingError(cause) ? cause : new EmbeddingError('internal', String(cause), { cause });
    slot.end(error);
    // One that stopped by itself has been told of already.
    if (!hasStopped(error)) onDied(error);
    for (const entry of batch) {
      entry.failures += 1;
      if (isEmbeddingError(error, 'worker_hung')) entry.hangs += 1;
      if (isGivenUp(entry, maxRetries)) entry.call.fail(giveUp(error, entry, batch.length === 1));
    }
    queue.putBack(batch);
  }
}

function settle(batch: readonly Entry[], rows: EmbeddedBatch, dimensions: number): void {
  for (const { index, error } of rows.rejected) {
    const entry = batch[index];
    entry?.call.fail(nameInput(fromErrorRecord(error), entry.index, entry.call.entries.length));
  }
  batch.forEach((entry, position) => {
    entry.call.complete(entry, {
      vector: rows.vectors.subarray(position * dimensions, (position + 1) * dimensions),
      tokenCount: rows.tokenCounts[position] ?? 0,
      truncated: rows.truncated[position] ?? 0,
      contentTokens: rows.contentTokens[position] ?? 0,
      unknownTokens: rows.unknownTokens[position] ?? 0,
    });
  });
}
