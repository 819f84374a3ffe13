/** What an app holds: wires options, plan, router and engine, and disposes of them. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { ClientEvents } from '../api/events.js';
import type { Dtype } from '../api/vocabulary.js';
import type { Target } from '../contract/target.js';
import { BUNDLED_MODEL, findKnownModel } from '../models/registry.js';
import type { LoadProgress } from '../protocol/worker-api.js';
import type { Capability } from '../router/capability.js';
import { DevicePlan } from '../router/device-plan.js';
import { DeviceTrial } from '../router/device-trial.js';
import type { PlannedTarget } from '../router/plan.js';
import { Router } from '../router/router.js';
import { Emitter } from '../util/emitter.js';
import { checkOptions } from './check-options.js';
import { Embeddings } from './embeddings.js';
import { JOB_TOOLS } from './job-tools.js';
import { Jobs } from './jobs.js';
import { LazyEngine } from './lazy-engine.js';
import { Models } from './models.js';

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
  /** OpenAI's `models` resource, with what each model does now. */
  readonly models: Models;
  /** Requests that one can leave and come back to, also after a reload. */
  readonly jobs: Jobs;
  readonly #options: EmbeddingClientOptions & { readonly model: string };
  readonly #plan: DevicePlan;
  readonly #router: Router;
  readonly #events = new Emitter<ClientEvents>();

  /** @throws BadRequestError for an unknown option or an impossible value; `param` names it. */
  constructor(options: EmbeddingClientOptions = {}) {
    checkOptions(options);
    const { model = BUNDLED_MODEL, revision = 'main' } = options;
    this.#options = { ...options, model };
    this.#plan = new DevicePlan({ options, model: `${model}@${revision}`, gpuDtypes: listGpuDtypes(this.#options) });
    this.#router = new Router(this.#plan, (planned) => this.#createEngine(planned));
    const trial = new DeviceTrial(this.#plan, this.#router);
    const target: Target = {
      embed: (request, settings) => {
        trial.count(request);
        return this.#router.embed(request, settings);
      },
      dispose: () => {
        this.#router.dispose();
      },
    };
    this.embeddings = new Embeddings(target, model);
    this.models = new Models(this.#router, model);
    this.jobs = new Jobs(model, async () => {
      const { openJobs } = await import('./open-jobs.js');
      return openJobs({ options: this.#options, backend: target, tools: JOB_TOOLS });
    });
    this.#router.start();
  }

  /** What this device offers, and which target is used, with the reason; as far as it is known at this moment. */
  capabilities(): Capabilities {
    return { ...this.#plan.capability, plan: this.#plan.targets };
  }

  /** Calls `listener` at every such event until the returned function is called. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /** Ends the worker, which gives its memory back. Calls under way, and later ones, reject with code `disposed`. */
  dispose(): void {
    this.jobs.dispose();
    this.#router.dispose();
    this.#events.clear();
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }

  #createEngine(planned: PlannedTarget): Target {
    const { model } = this.#options;
    let progress: LoadProgress = { phase: 'download', loadedBytes: 0 };
    // What loads only to be compared with another target is nobody's wait.
    const isAwaited = (): boolean => this.#router.current?.id === planned.id;
    return new LazyEngine(async () => {
      const { createEngine } = await import('../engine/create-engine.js');
      return {
        create: () =>
          createEngine({
            target: planned,
            options: this.#options,
            capability: this.#plan.capability,
            notes: this.#plan.notes(planned),
            onProgress: (latest) => {
              progress = latest;
              if (isAwaited()) this.#events.emit('model-progress', { model, ...progress });
            },
            onReady: () => {
              if (isAwaited()) this.#events.emit('model-progress', { model, ...progress, phase: 'ready' });
            },
            onDied: (error) => {
              this.#events.emit('engine-died', { error });
            },
          }),
      };
    });
  }
}

/** Quantised weights give wrong vectors on some GPUs, and are slower there; but the bundled model has no others. */
function listGpuDtypes({ model, hub }: EmbeddingClientOptions & { readonly model: string }): readonly Dtype[] {
  if (model === BUNDLED_MODEL && hub === undefined) return ['q8'];
  const refused = findKnownModel(model)?.refusedDtypes ?? [];
  return (['fp16', 'fp32'] as const).filter((dtype) => !refused.includes(dtype));
}
