/** The local side: a queue, and the workers that work through it. */
import type { ProviderInfo } from '../../api/embeddings.js';
import type { ModelStats } from '../../api/models.js';
import type { Device, RuntimeName } from '../../api/vocabulary.js';
import type { EmbeddedRows, LocalTarget, TargetOptions, TargetRecipe, TargetRequest } from '../../contract/target.js';
import { EmbeddingError, RateLimitError } from '../../errors/errors.js';
import type { ModelFacts } from '../../models/record.js';
import { checkWidth, cutDimensions } from '../../models/matryoshka.js';
import { choosePrompt, listPrompts } from '../../models/prompts.js';
import { waitUnder } from '../../util/deadline.js';
import { describeSpace } from '../../spaces/space.js';
import type { CountRequest, LoadedModel, TokenCounts, TokenLists } from '../../ports/worker-api.js';
import { calibrate } from './pool/calibrate.js';
import { EmbedCall, type CallRows } from './queue/embed-call.js';
import { EntryQueue } from './queue/queue.js';
import type { ReadyWorker } from './pool/worker-handle.js';
import { WorkerPool, type PoolSettings } from './pool/worker-pool.js';

/** What an engine runs, and whom it tells. */
export interface EngineSettings extends Omit<PoolSettings, 'queue' | 'onFailed' | 'describe'> {
  readonly device: Device;
  readonly runtime: RuntimeName;
  /**
   * For the space: the model's canonical name, and its revision where the name stands for known content, as it does for
   * models this library knows. Any other model is told by its commit or by a hash of its files. The output, where the app
   * names one.
   */
  readonly space: { readonly model: string; readonly revision?: string; readonly output?: string };
  /** What is known of the model's widths. */
  readonly facts?: Pick<ModelFacts, 'matryoshkaDimensions' | 'centersBeforeCut'> | undefined;
}

/** About a hundred full requests. Beyond it a caller is told to wait, so that memory doesn't grow without bound. */
const MAX_WAITING = 200_000;

/** Embeds on this device. */
export class LocalEngine implements LocalTarget {
  readonly kind = 'local';
  readonly #part: Pick<EngineSettings, 'device' | 'runtime'>;
  readonly #name: string;
  readonly #space: EngineSettings['space'];
  readonly #facts: EngineSettings['facts'];
  readonly #queue = new EntryQueue();
  readonly #pool: WorkerPool;
  readonly #pin: PoolSettings['pin'];
  /** Settled or not, every call until its caller has been told. */
  readonly #calls = new Set<EmbedCall>();
  #model: LoadedModel | undefined;
  /** Tells the content of its model from any other. */
  #identity = '';
  #disposed: EmbeddingError | undefined;

  constructor({ device, runtime, space, facts, onReady, ...settings }: EngineSettings) {
    this.#part = { device, runtime };
    this.#name = settings.job.model;
    this.#space = space;
    this.#facts = facts;
    this.#pin = settings.pin;
    this.#pool = new WorkerPool({
      ...settings,
      queue: this.#queue,
      describe: (model, identity) => this.#describeSpace(model, identity, model.dimensions),
      onReady: (model) => {
        this.#model = model;
        this.#identity = settings.pin.identity;
        onReady(model);
      },
      onFailed: (error) => {
        this.#failAll(error);
      },
    });
  }

  /** Begins loading, so that the first call waits less. A failure isn't shown: the first call tries again. */
  start(): void {
    this.#pool.start();
  }

  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const { signal } = options;
    signal.throwIfAborted();
    this.#checkRoom(request.inputs.length);
    // Before anything is computed, once the model is loaded; its first call is told when it is.
    if (this.#model) this.#checkWidth(request.dimensions, this.#model.dimensions);
    const call = new EmbedCall(request, options, this.#model?.maxTokens);
    const abort = (): void => {
      call.fail(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    // A worker that ends under the call mustn't be followed by one of other content.
    const release = this.#pin.hold();
    this.#calls.add(call);
    this.#queue.add(call);
    this.#pool.wake();
    try {
      const rows = this.#cut(await call.rows, request.dimensions);
      const { content } = this.#pin;
      return {
        ...rows,
        totalTokens: rows.tokenCounts.reduce((sum, count) => sum + count, 0),
        space: this.#describeSpace(this.#model, this.#identity, rows.dimensions),
        ...(content && { content }),
        prompt: this.#findPrompt(request),
        provider: this.#describeProvider(),
        model: this.#name,
      };
    } finally {
      release();
      this.#calls.delete(call);
      this.#queue.forget(call);
      signal.removeEventListener('abort', abort);
    }
  }

  countTokens(request: CountRequest, signal: AbortSignal): Promise<TokenCounts> {
    return this.#ask(signal, ({ handle }) => handle.countTokens(request));
  }

  listTokens(request: CountRequest, signal: AbortSignal): Promise<TokenLists> {
    return this.#ask(signal, ({ handle }) => handle.listTokens(request));
  }

  async measure(comparedTo?: number): Promise<number> {
    return this.#pool.tokensPerMs ?? (await calibrate((request, options) => this.embed(request, options), comparedTo));
  }

  recipe(): TargetRecipe | undefined {
    return this.#model && { prompts: this.#model.prompts, normalize: this.#model.scale === 'unit' };
  }

  stats(): ModelStats {
    const { size } = this.#queue;
    return {
      queue_fraction: Math.min(1, size / MAX_WAITING),
      queue_absolute: size,
      results_pending: [...this.#calls].reduce((sum, { pending }) => sum + pending, 0),
      batch_size: this.#pool.lastBatchSize,
    };
  }

  rest(): void {
    this.#pool.rest();
  }

  dispose(): void {
    this.#disposed ??= new EmbeddingError('disposed', 'This client has been disposed of. Make a new one.');
    this.#pool.end(this.#disposed);
    this.#failAll(this.#disposed);
  }

  /** Asks a worker what isn't an embedding. */
  async #ask<T>(signal: AbortSignal, question: (worker: ReadyWorker) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#disposed) throw this.#disposed;
    return waitUnder(signal, this.#pool.ask(question));
  }

  #checkRoom(inputs: number): void {
    if (this.#disposed) throw this.#disposed;
    if (this.#queue.size + inputs <= MAX_WAITING) return;
    const message = `Expected at most ${MAX_WAITING} waiting inputs, but with this call there would be more. Await earlier calls first.`;
    throw new RateLimitError('queue_full', message);
  }

  #cut(rows: CallRows, dimensions: number | undefined): CallRows {
    if (dimensions === undefined || dimensions === rows.dimensions) return rows;
    this.#checkWidth(dimensions, rows.dimensions);
    const settings = {
      isCentered: this.#facts?.centersBeforeCut === true,
      isScaled: this.#model?.scale === 'unit',
    };
    return { ...rows, dimensions, vectors: cutDimensions(rows.vectors, rows.dimensions, dimensions, settings) };
  }

  #checkWidth(dimensions: number | undefined, own: number): void {
    if (dimensions === undefined) return;
    checkWidth(dimensions, { model: this.#name, own, offered: this.#facts?.matryoshkaDimensions });
  }

  /** Empty for token ids, before which nothing is put. */
  #findPrompt({ inputs, task }: TargetRequest): string {
    return typeof inputs[0] === 'string' ? choosePrompt(this.#model?.prompts ?? {}, task) : '';
  }

  #failAll(reason: unknown): void {
    this.#queue.clear();
    for (const call of this.#calls) call.fail(reason);
  }

  #describeSpace(loaded: LoadedModel | undefined, identity: string, dimensions: number): string {
    const { pooling = 'mean', scale = 'unit', prompts = {} } = loaded ?? {};
    const { model, revision = identity, output } = this.#space;
    // Another output of one graph has other vectors; whether it is the one that would be taken anyhow isn't known here.
    const source = output === undefined ? pooling : `${pooling}(${encodeURIComponent(output)})`;
    return describeSpace({ model, revision, pooling: source, scale, prompts: listPrompts(prompts), dimensions });
  }

  #describeProvider(): ProviderInfo {
    const dtype = this.#model?.dtype ?? 'q8';
    const { device, runtime } = this.#part;
    return { kind: 'local', id: `${runtime}-${device}`, device, runtime, dtype };
  }
}
