/** Carries calls out at one provider: split, several at once, joined, ended together. */
import type {
  ProviderCallOptions,
  ProviderContext,
  ProviderRequest,
  ProviderRows,
} from '../../../contract/provider.js';
import { disposedError } from '../../../errors/disposed.js';
import { isEmbeddingError } from '../../../errors/errors.js';
import { startDeadline, type Deadline } from '../../../util/deadline.js';
import { callSafely } from '../../../util/emitter.js';
import { Limiter, mapInOrder } from '../../../util/concurrency.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { ApiTools, BatchRows, EmbeddingApi } from './embedding-api.js';
import { Http } from './http.js';
import { joinRows } from './join-rows.js';
import type { Platform } from './platform.js';
import type { ProviderSettings } from './read-options.js';
import { halve, splitBatches, type Batch } from './split-batches.js';

/** One provider while it is connected: its network, its limits and the calls under way. */
export class Connection {
  readonly #api: EmbeddingApi;
  readonly #settings: ProviderSettings;
  readonly #platform: Platform;
  readonly #http: Http;
  readonly #breaker: CircuitBreaker;
  /** One for all calls: a large call comes as several. */
  readonly #limiter: Limiter;
  readonly #open = new Set<Deadline>();
  #isDisposed = false;

  constructor(api: EmbeddingApi, settings: ProviderSettings, context: ProviderContext, platform: Platform) {
    const { host } = settings.baseUrl;
    this.#api = api;
    this.#settings = settings;
    this.#platform = platform;
    this.#http = new Http({ ...settings, host, keyHeaders: api.keyHeaders, onSend: context.onSend }, platform);
    this.#breaker = new CircuitBreaker(host, platform.now);
    this.#limiter = new Limiter(settings.maxConcurrency);
  }

  /** See `ProviderTarget.embed`. The first batch that fails ends the others. */
  async embed(
    request: ProviderRequest,
    { signal, onProgress, isLastResort }: ProviderCallOptions,
  ): Promise<ProviderRows> {
    this.#api.check(request);
    return this.run(
      signal,
      async (tools, cancel) => {
        let completed = 0;
        const embedBatch = async (batch: Batch): Promise<BatchRows> => {
          try {
            const rows = await this.#limiter.run(tools.call.signal, () => this.#embedBatch(batch, request, tools));
            completed += batch.inputs.length;
            if (onProgress) callSafely(onProgress, completed);
            return rows;
          } catch (error) {
            cancel(error);
            throw error;
          }
        };
        const parts: BatchRows[] = [];
        const batches = splitBatches(request.inputs, this.#api.limits);
        for await (const rows of mapInOrder(batches, this.#settings.maxConcurrency, embedBatch)) parts.push(rows);
        return joinRows(parts, tools.host);
      },
      isLastResort,
    );
  }

  /** Whatever `work` gives, under the circuit breaker, until the signal aborts or the target is disposed of. */
  async run<T>(
    signal: AbortSignal,
    work: (tools: ApiTools, cancel: (reason: unknown) => void) => Promise<T>,
    isLastResort = false,
  ): Promise<T> {
    if (this.#isDisposed) throw disposedError();
    const deadline = startDeadline(signal, undefined);
    this.#open.add(deadline);
    try {
      const pass = await this.#breaker.enter(deadline.signal);
      const tools: ApiTools = {
        host: this.#settings.baseUrl.host,
        http: this.#http,
        call: { signal: deadline.signal, pass, isLastResort },
        platform: this.#platform,
      };
      try {
        const value = await work(tools, deadline.cancel);
        pass.end();
        return value;
      } catch (error) {
        pass.end(error);
        throw error;
      }
    } finally {
      this.#open.delete(deadline);
      deadline.clear();
    }
  }

  /** Ends every call under way, and those to come. */
  dispose(): void {
    this.#isDisposed = true;
    for (const deadline of this.#open) deadline.cancel(disposedError());
  }

  /** A batch that is too large for the server, whose limit nobody told, is sent as two halves. */
  async #embedBatch(batch: Batch, request: ProviderRequest, tools: ApiTools): Promise<BatchRows> {
    try {
      return await this.#api.embedBatch(batch.inputs, request, tools);
    } catch (error) {
      if (!isEmbeddingError(error) || error.status !== 413 || batch.inputs.length === 1) throw error;
    }
    const [first, second] = halve(batch);
    const rows = await this.#embedBatch(first, request, tools);
    return joinRows([rows, await this.#embedBatch(second, request, tools)], tools.host);
  }
}
