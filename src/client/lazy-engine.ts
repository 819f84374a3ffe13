/** The local engine, whose code comes only when it is needed: an app that never embeds here doesn't load it. */
import type { ModelStats } from '../api/models.js';
import type { EmbeddedRows, Target, TargetOptions, TargetRequest } from '../contract/target.js';
import { EmbeddingError } from '../errors/errors.js';
import { waitUnder } from '../util/deadline.js';
import { scriptFailed } from './script-failed.js';

/** What the engine's file offers. */
interface EngineModule {
  create(): Required<Target>;
}

/** Stands for an engine until it is there. */
export class LazyEngine implements Target {
  readonly #load: () => Promise<EngineModule>;
  #engine: Promise<Required<Target>> | undefined;
  #loaded: Required<Target> | undefined;
  #isDisposed = false;

  /** @param load - fetches the engine's code. A failure is told to the caller, and the next one tries again. */
  constructor(load: () => Promise<EngineModule>) {
    this.#load = load;
  }

  start(): void {
    this.#open().then(
      (engine) => {
        engine.start();
      },
      () => undefined,
    );
  }

  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const engine = this.#loaded ?? (await waitUnder(options.signal, this.#open()));
    return engine.embed(request, options);
  }

  async measure(comparedTo?: number): Promise<number> {
    return (await this.#open()).measure(comparedTo);
  }

  stats(): ModelStats {
    return this.#loaded?.stats() ?? { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 };
  }

  rest(): void {
    this.#loaded?.rest();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#loaded?.dispose();
  }

  #open(): Promise<Required<Target>> {
    this.#engine ??= this.#create().catch((error: unknown) => {
      this.#engine = undefined;
      throw error;
    });
    return this.#engine;
  }

  async #create(): Promise<Required<Target>> {
    let module: EngineModule;
    try {
      module = await this.#load();
    } catch (cause) {
      throw scriptFailed('engine', cause);
    }
    if (this.#isDisposed) throw new EmbeddingError('disposed', 'This client has been disposed of. Make a new one.');
    this.#loaded = module.create();
    return this.#loaded;
  }
}
