/** A target whose code comes only when it is needed: an app that never embeds here doesn't load the engine. */
import type { ModelStats } from '../api/models.js';
import type {
  CountRequest,
  EmbeddedRows,
  Target,
  TargetOptions,
  TargetRecipe,
  TargetRequest,
  TokenCounts,
} from './target.js';
import { EmbeddingError } from '../errors/errors.js';
import { waitUnder } from '../util/deadline.js';
import { shareSuccess } from '../util/share-success.js';
import { loadOnce } from '../client/load-script.js';

/** Stands for a target until it is there. */
export class LazyTarget implements Target {
  readonly #load: () => Promise<() => Target>;
  readonly #open: () => Promise<Target> = shareSuccess(() => this.#create());
  #loaded: Target | undefined;
  #isDisposed = false;

  /** @param load - fetches the code that makes it. A failure is told to the caller, and the next one tries again. */
  constructor(load: () => Promise<() => Target>) {
    this.#load = loadOnce(load);
  }

  start(): void {
    this.#open().then(
      (target) => {
        target.start?.();
      },
      () => undefined,
    );
  }

  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const target = this.#loaded ?? (await waitUnder(options.signal, this.#open()));
    return target.embed(request, options);
  }

  async countTokens(request: CountRequest, signal: AbortSignal): Promise<TokenCounts | undefined> {
    return (await waitUnder(signal, this.#open())).countTokens?.(request, signal);
  }

  async measure(comparedTo?: number): Promise<number> {
    return (await this.#open()).measure?.(comparedTo) ?? Infinity;
  }

  recipe(): TargetRecipe | undefined {
    return this.#loaded?.recipe?.();
  }

  stats(): ModelStats {
    return this.#loaded?.stats?.() ?? { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 };
  }

  rest(): void {
    this.#loaded?.rest?.();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#loaded?.dispose();
  }

  async #create(): Promise<Target> {
    const create = await this.#load();
    if (this.#isDisposed) throw new EmbeddingError('disposed', 'This client has been disposed of. Make a new one.');
    this.#loaded = create();
    return this.#loaded;
  }
}
