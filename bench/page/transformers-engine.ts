/** Plain transformers.js behind the benchmark's interface; the worker does the work. */
import { wrap, type Remote } from 'comlink';
import type { BaselineWorker } from './baseline-worker.js';
import type { Engine, ModelSetup, TransformersSpec } from './engine.js';

/** One worker with transformers.js, asked for `batchSize` texts at a time. */
export class TransformersEngine implements Engine {
  readonly #batchSize: number;
  readonly #threads: number | undefined;
  readonly #model: ModelSetup;
  readonly #worker = new Worker('/page/baseline-worker.js', { type: 'module' });
  readonly #api: Remote<BaselineWorker> = wrap<BaselineWorker>(this.#worker);
  /** Rejects when the worker's script fails; Comlink alone would wait for ever. */
  readonly #failed: Promise<never>;

  constructor({ batchSize, threads }: TransformersSpec, model: ModelSetup) {
    this.#batchSize = batchSize;
    this.#threads = threads;
    this.#model = model;
    this.#failed = new Promise((_, reject) => {
      this.#worker.addEventListener('error', ({ message }) => {
        reject(new Error(`The worker of transformers.js failed: ${message || 'its script did not load'}.`));
      });
    });
    this.#failed.catch(() => undefined);
  }

  async start(): Promise<void> {
    await Promise.race([this.#api.load(this.#model, this.#threads), this.#failed]);
  }

  async embed(texts: readonly string[]): Promise<readonly ArrayLike<number>[]> {
    const rows = await Promise.race([this.#api.embed(texts, this.#batchSize), this.#failed]);
    const dimensions = rows.length / texts.length;
    return texts.map((_, index) => rows.subarray(index * dimensions, (index + 1) * dimensions));
  }

  countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return Promise.race([this.#api.countTokens(texts), this.#failed]);
  }

  dispose(): void {
    this.#worker.terminate();
  }
}
