/** The local side: a queue, and a worker that works through it. A worker that failed is thrown away. */
import type { ProviderInfo } from '../api/embeddings.js';
import { EmbeddingError, RateLimitError, WorkerDiedError, isEmbeddingError } from '../errors/errors.js';
import { findPrompt } from '../models/prompts.js';
import { describeSpace } from '../models/space.js';
import { fromErrorRecord } from '../protocol/error-record.js';
import type { EmbeddedBatch, EmbedItem, LoadedModel } from '../protocol/worker-api.js';
import type { EmbeddedRows, Target, TargetOptions, TargetRequest } from '../contract/target.js';
import { BatchBudget } from './batch-budget.js';
import { EmbedCall, type Entry } from './embed-call.js';
import { EntryQueue } from './queue.js';
import { WorkerSlot, type ReadyWorker, type SlotSettings } from './worker-slot.js';

/** What an engine runs, and whom it tells. */
export interface EngineSettings extends SlotSettings {
  /** For the space: the model's canonical name, and its revision. */
  readonly space: { readonly model: string; readonly revision: string };
  readonly onReady: (model: LoadedModel) => void;
  readonly onDied: (error: EmbeddingError) => void;
}

/** An entry is given up once so many workers have failed over it. */
const MOST_FAILURES = 2;
/** About a hundred full requests. Beyond it a caller is told to wait, so that memory doesn't grow without bound. */
const MOST_WAITING = 200_000;

/** Embeds on this device. */
export class LocalEngine implements Target {
  readonly #settings: EngineSettings;
  readonly #slot: WorkerSlot;
  readonly #queue = new EntryQueue();
  readonly #budget = new BatchBudget();
  /** Settled or not, every call until its caller has been told. */
  readonly #calls = new Set<EmbedCall>();
  #model: LoadedModel | undefined;
  #isDraining = false;
  #disposed: EmbeddingError | undefined;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
    this.#slot = new WorkerSlot(settings);
  }

  /** Begins loading, so that the first call waits less. A failure isn't shown: the first call tries again. */
  start(): void {
    this.#ready().catch(() => undefined);
  }

  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const { signal } = options;
    signal.throwIfAborted();
    this.#checkRoom(request.inputs.length);
    const call = new EmbedCall(request, options);
    const abort = (): void => {
      call.fail(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#calls.add(call);
    this.#queue.add(call);
    void this.#drain();
    try {
      const rows = await call.rows;
      return { ...rows, space: this.#describeSpace(rows.dimensions), provider: this.#describeProvider() };
    } finally {
      this.#calls.delete(call);
      signal.removeEventListener('abort', abort);
    }
  }

  dispose(): void {
    this.#disposed ??= new EmbeddingError('disposed', 'This client has been disposed of. Make a new one.');
    this.#slot.end(this.#disposed);
    this.#failAll(this.#disposed);
  }

  #checkRoom(inputs: number): void {
    if (this.#disposed) throw this.#disposed;
    if (this.#queue.size + inputs <= MOST_WAITING) return;
    const message = `Expected at most ${MOST_WAITING} waiting inputs, but with this call there would be more. Await earlier calls first.`;
    throw new RateLimitError('queue_full', message);
  }

  async #ready(): Promise<ReadyWorker> {
    const worker = await this.#slot.ready();
    if (worker.model !== this.#model) {
      this.#model = worker.model;
      this.#settings.onReady(worker.model);
    }
    return worker;
  }

  /** Works until nothing waits. Never rejects: every way out settles or puts back what was taken. */
  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    let failures = 0;
    while (this.#queue.size > 0) {
      try {
        await this.#runBatch(await this.#ready());
        failures = 0;
      } catch (error) {
        failures += 1;
        // Only a worker that stopped is worth another try: a file that is missing stays so for now.
        if (!isEmbeddingError(error, 'worker_died') || failures === MOST_FAILURES) this.#failAll(error);
        else this.#settings.onDied(error);
      }
    }
    this.#isDraining = false;
  }

  async #runBatch(worker: ReadyWorker): Promise<void> {
    const batch = this.#queue.take(this.#budget.tokens);
    if (batch.length === 0) return;
    const startedAt = performance.now();
    try {
      const rows = await worker.embed({ items: batch.map((entry) => toItem(entry, worker.model)) });
      this.#budget.observe(
        batch.reduce((sum, entry) => sum + entry.estimatedTokens, 0),
        performance.now() - startedAt,
      );
      settle(batch, rows, worker.model.dimensions);
    } catch (error) {
      this.#replace(error, batch);
    }
  }

  /** Throws the worker away; what it hadn't answered goes back in front, or is given up after repeated failures. */
  #replace(cause: unknown, batch: readonly Entry[]): void {
    if (this.#disposed) return;
    const error = isEmbeddingError(cause) ? cause : new EmbeddingError('internal', String(cause), { cause });
    this.#slot.end(error);
    this.#settings.onDied(error);
    for (const entry of batch) {
      entry.failures += 1;
      if (entry.failures === MOST_FAILURES) entry.call.fail(giveUp(error));
    }
    this.#queue.putBack(batch);
  }

  #failAll(reason: unknown): void {
    this.#queue.takeAll();
    for (const call of this.#calls) call.fail(reason);
  }

  #describeSpace(dimensions: number): string {
    const { pooling = 'mean', normalize = true, prompts = {} } = this.#model ?? {};
    return describeSpace({ ...this.#settings.space, pooling, normalize, prompts, dimensions });
  }

  #describeProvider(): ProviderInfo {
    const dtype = this.#model?.dtype ?? 'q8';
    return { kind: 'local', id: 'onnxruntime-wasm', device: 'wasm', runtime: 'onnxruntime', dtype };
  }
}

function giveUp(error: EmbeddingError): EmbeddingError {
  if (error.code !== 'worker_died') return error;
  const message = `Gave up after ${MOST_FAILURES} workers stopped over the same input. ${error.message}`;
  return new WorkerDiedError('worker_died', message, { cause: error });
}

function toItem({ call, index }: Entry, model: LoadedModel): EmbedItem {
  const { inputs, task, truncate } = call.request;
  const prompt = findPrompt(model.prompts, task);
  return { content: inputs[index] ?? '', truncate, ...(prompt !== undefined && { prompt }) };
}

function settle(batch: readonly Entry[], rows: EmbeddedBatch, dimensions: number): void {
  for (const { index, error } of rows.rejected) batch[index]?.call.fail(fromErrorRecord(error));
  batch.forEach((entry, position) => {
    entry.call.complete(entry, {
      vector: rows.vectors.subarray(position * dimensions, (position + 1) * dimensions),
      tokenCount: rows.tokenCounts[position] ?? 0,
      truncated: rows.truncated[position] ?? 0,
    });
  });
}
