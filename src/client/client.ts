/** What an app holds: wires options, plan, router and engine, and disposes of them. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { ClientEvents } from '../api/events.js';
import { findAssets, type EngineAssets } from '../engine/assets.js';
import { LocalEngine } from '../engine/engine.js';
import { choosePoolSize } from '../engine/pool-size.js';
import { BUNDLED_MODEL, findKnownModel } from '../models/registry.js';
import type { LoadProgress, ModelSource } from '../protocol/worker-api.js';
import { detectCapability, type Capability } from '../router/capability.js';
import { planTargets, type PlannedTarget } from '../router/plan.js';
import { Router } from '../router/router.js';
import { Emitter } from '../util/emitter.js';
import { checkOptions } from './check-options.js';
import { Embeddings } from './embeddings.js';

/** What a device offers, and which targets follow from it. */
export interface Capabilities extends Capability {
  /** Every target in the order it is tried, with the reason. */
  readonly plan: readonly PlannedTarget[];
}

/**
 * Text to vectors in this page.
 *
 * The worker and the model start loading at once; text never leaves the device. Call `dispose()` when done.
 *
 * @example
 * const client = new EmbeddingClient();
 * const { data } = await client.embeddings.create({ input: 'Hello' });
 */
export class EmbeddingClient {
  /** OpenAI's `embeddings` resource. */
  readonly embeddings: Embeddings;
  readonly #capabilities: Capabilities;
  readonly #router: Router;
  readonly #events = new Emitter<ClientEvents>();

  /** @throws BadRequestError for an unknown option or an impossible value; `param` names it. */
  constructor(options: EmbeddingClientOptions = {}) {
    checkOptions(options);
    const model = options.model ?? BUNDLED_MODEL;
    const capability = detectCapability();
    this.#capabilities = { ...capability, plan: planTargets(options, capability) };
    this.#router = new Router(this.#capabilities.plan, (planned) => this.#startEngine(planned, options, model));
    this.embeddings = new Embeddings(this.#router, model);
  }

  /** What this device offers, and which target will be used, with the reason. */
  capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** Calls `listener` at every such event until the returned function is called. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /** Ends the worker, which gives its memory back. Calls under way, and later ones, reject with code `disposed`. */
  dispose(): void {
    this.#router.dispose();
    this.#events.clear();
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }

  #choosePoolSize({ workers = 'auto' }: EmbeddingClientOptions, modelBytes: number): number {
    if (workers !== 'auto') return workers;
    const { cores, memoryGib, crossOriginIsolated } = this.#capabilities;
    return choosePoolSize({ cores, memoryGib, hasThreads: crossOriginIsolated, modelBytes });
  }

  #startEngine(planned: PlannedTarget, options: EmbeddingClientOptions, model: string): LocalEngine {
    const { revision = 'main', maxTokens, pooling } = options;
    const assets = findAssets(options.assetsUrl);
    const known = findKnownModel(model);
    const canonicalName = known?.canonicalName ?? model;
    let progress: LoadProgress = { phase: 'download', loadedBytes: 0 };
    const engine = new LocalEngine({
      workerUrl: assets.workerUrl,
      job: {
        model,
        source: findSource(options, model, revision, assets),
        dtypes: planned.dtypes,
        runtimeUrls: assets.runtimeUrls,
        canonicalName,
        chosen: { ...(maxTokens !== undefined && { maxTokens }), ...(pooling && { pooling }) },
      },
      choosePoolSize: (modelBytes) => this.#choosePoolSize(options, modelBytes),
      space: { model: canonicalName, revision },
      ...(known?.centersBeforeCut === true && { centersBeforeCut: true }),
      onProgress: (latest) => {
        progress = latest;
        this.#events.emit('model-progress', { model, ...progress });
      },
      onReady: () => {
        this.#events.emit('model-progress', { model, ...progress, phase: 'ready' });
      },
      onDied: (error) => {
        this.#events.emit('engine-died', { error });
      },
    });
    engine.start();
    return engine;
  }
}

/** The bundled files, unless the app named a hub to take that model from as well. */
function findSource(
  { hub }: EmbeddingClientOptions,
  model: string,
  revision: string,
  assets: EngineAssets,
): ModelSource {
  if (model === BUNDLED_MODEL && hub === undefined) return { bundledUrls: assets.bundledModelUrls };
  const base = new URL((hub ?? 'https://huggingface.co').replace(/\/?$/, '/'), location.href);
  return { baseUrl: `${base.href}${model}/resolve/${encodeURIComponent(revision)}` };
}
