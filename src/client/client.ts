// For `Symbol.asyncDispose`, which an app's own `lib` may lack: in the declarations it would be an error there.
/// <reference lib="esnext.disposable" preserve="true" />

/** What an app holds: wires options, plan, router and engine, and disposes of them. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { ChunkOptions, TextChunk } from '../api/chunks.js';
import type { EgressReport } from '../api/egress.js';
import type { ClientEvents } from '../api/events.js';
import type { Dtype, Policy } from '../api/vocabulary.js';
import type { RemoteJobs } from '../targets/remote-jobs.js';
import type { EmbeddedRows, Target } from '../targets/target.js';
import { BUNDLED_MODEL } from '../models/bundled-model.js';
import { findRefusedDtypes } from '../models/refused-dtypes.js';
import type { Capability } from '../plan/capability.js';
import { EgressCounter } from '../egress/egress-counter.js';
import { LivePlan } from '../plan/live-plan.js';
import type { PlannedTarget } from '../plan/plan.js';
import type { RemoteSide } from '../targets/remote/remote-side.js';
import { Router } from '../route/router.js';
import type { SpaceBinding } from '../spaces/space-binding.js';
import { Emitter } from '../util/emitter.js';
import type { AnsweredModels } from './calls/answered-models.js';
import { bindSpace } from '../spaces/bind-space.js';
import { checkListener, checkOptions } from './check-options.js';
import { Embeddings } from './embeddings.js';
import type { Calls } from './calls/create-calls.js';
import { Jobs } from './jobs.js';
import { LazyTarget } from '../targets/lazy-target.js';
import { loadOnce } from './load-script.js';
import { listModels } from './list-models.js';
import type { LocalSide } from '../targets/local/local-side.js';
import { Models } from './models.js';

/** What a device offers, and which targets follow from it. */
export interface Capabilities extends Capability {
  /** Every target in the order it is tried, with the reason. */
  readonly plan: readonly PlannedTarget[];
  /** The space every answer must be of; undefined until there was one. */
  readonly space: string | undefined;
}

/**
 * Text to vectors in this page.
 *
 * The worker and the model start loading at once, unless `policy` puts providers first. Text leaves the device only for
 * the providers in `fallback`. Call `dispose()` when done.
 *
 * @example
 * const client = new EmbeddingClient();
 * const { data } = await client.embeddings.create({ input: 'Hello' });
 */
export class EmbeddingClient {
  /** The model it was made for. A provider of another one says so in its answers. */
  readonly model: string;
  /** OpenAI's `embeddings` resource. */
  readonly embeddings: Embeddings;
  /** OpenAI's `models` resource, with what each model does now. */
  readonly models: Models;
  /** Requests that one can leave and come back to, also after a reload. */
  readonly jobs: Jobs;
  readonly #options: EmbeddingClientOptions & { readonly model: string };
  readonly #policy: Policy;
  readonly #binding: SpaceBinding;
  readonly #counter: EgressCounter;
  readonly #plan: LivePlan;
  readonly #router: Router;
  readonly #events = new Emitter<ClientEvents>();
  readonly #openLocalSide: () => Promise<LocalSide> = loadOnce(() => this.#loadLocalSide());
  readonly #openRemoteSide: () => Promise<RemoteSide> = loadOnce(() => this.#loadRemoteSide());

  /** @throws BadRequestError for an unknown option or an impossible value; `param` names it. */
  constructor(options: EmbeddingClientOptions = {}) {
    checkOptions(options);
    const { model = BUNDLED_MODEL, revision = 'main', fallback = [] } = options;
    this.model = model;
    this.#options = { ...options, model };
    this.#policy = options.policy ?? (fallback.length === 0 ? 'only-on-device' : 'prefer-on-device');
    this.#binding = bindSpace(options.spaceName, this.#events);
    this.#counter = new EgressCounter((event) => {
      this.#events.emit('egress', event);
    });
    this.#plan = new LivePlan({
      options,
      model: [`${model}@${revision}`, options.file, options.output, options.hub].filter(Boolean).join(),
      gpuDtypes: listGpuDtypes(this.#options),
      policy: this.#policy,
      providers: fallback,
      binding: this.#binding,
    });
    this.#router = new Router({
      plan: this.#plan,
      binding: this.#binding,
      create: (planned) => new LazyTarget(() => this.#open(planned)),
      openBalancer: () => this.#openRemoteSide(),
      onChanged: (event) => {
        this.#events.emit('provider-changed', event);
      },
    });
    const models = listModels(this.#policy, this.#options, fallback);
    const openCalls = loadOnce(() => this.#loadCalls(models));
    this.embeddings = new Embeddings(async () => (await openCalls()).embeddings);
    this.models = new Models(async () => (await openCalls()).models);
    this.jobs = new Jobs(model, async () => {
      const { openJobs } = await import('../jobs/open-jobs.js');
      const { target } = await openCalls();
      const remote = (key: string | undefined): Promise<RemoteJobs | undefined> => this.#findRemoteJobs(key);
      return openJobs({ options: this.#options, policy: this.#policy, models, backend: { ...target, remote } });
    });
    this.#router.start();
    // A failure is told to the first call.
    openCalls().catch(() => undefined);
  }

  /**
   * Splits a text into chunks that the model takes whole, at ends of sentences where that is possible, so that none of it is
   * cut silently when they are embedded. Loads the model, whose tokenizer counts; nothing is embedded and nothing leaves.
   *
   * Every character is in a chunk. A sentence over the limit is split between words, such a word between graphemes.
   *
   * @throws BadRequestError with `param`; EmbeddingError `device_unsupported` when this device may not load the model, as under
   *   `only-remote`, or knows no sentences; what `embeddings.create()` throws when it can't be loaded; the signal's reason.
   * @example
   * const chunks = await client.chunk(note);
   * await client.embeddings.create({ input: chunks.map(({ text }) => text), task: 'document' });
   */
  async chunk(text: string, options: ChunkOptions = {}): Promise<TextChunk[]> {
    const { chunk } = await loadOnce(() => import('../chunk/chunk.js'))();
    return chunk(text, options, this.#plan, this.#router);
  }

  /** What this device offers, and which target is used, with the reason; as far as it is known at this moment. */
  capabilities(): Capabilities {
    return { ...this.#plan.capability, plan: this.#plan.targets, space: this.#binding.bound };
  }

  /** What has left the device through this client: requests, texts and bytes, in all and by host. */
  get egress(): EgressReport {
    return this.#counter.report;
  }

  /**
   * Lets the next answer decide anew which space this client's vectors are of, and forgets what `spaceName` remembers.
   * Throw the vectors you have stored away before: comparing them with new ones may mean nothing.
   *
   * @throws EmbeddingError `storage_unavailable` when what `spaceName` remembers can't be deleted.
   */
  forgetSpace(): void {
    this.#binding.release();
  }

  /** Calls `listener` at every such event until the returned function is called. @throws BadRequestError for an unknown one. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    checkListener(name, listener);
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

  async #loadCalls(models: AnsweredModels): Promise<Calls> {
    const { createCalls } = await import('./calls/create-calls.js');
    return createCalls({
      router: this.#router,
      plan: this.#plan,
      models,
      minimumSpeed: this.#options.minimumSpeed,
      events: this.#events,
      onAnswer: (rows) => {
        this.#keepReference(rows);
      },
    });
  }

  #keepReference({ provider }: EmbeddedRows): void {
    const { fallback = [] } = this.#options;
    const isNeeded = this.#policy !== 'only-on-device' && fallback.some(({ sameModel }) => sameModel);
    if (provider.device === undefined || !isNeeded) return;
    this.#openRemoteSide().then(
      (side) => {
        side.keepReference();
      },
      () => undefined,
    );
  }

  /** Of the provider a job was begun with, or else of the one that would answer now. */
  async #findRemoteJobs(key: string | undefined): Promise<RemoteJobs | undefined> {
    if (key === undefined && this.#router.current?.kind !== 'remote') return undefined;
    return (await this.#openRemoteSide()).findJobs(key);
  }

  async #open(planned: PlannedTarget): Promise<() => Target> {
    if (planned.kind === 'local') {
      const side = await this.#openLocalSide();
      return () => side.connect(planned);
    }
    if (planned.kind === 'builtin') {
      const { connectBuiltin } = await import('../targets/builtin/builtin-side.js');
      return () => connectBuiltin(planned.id, this.#options, this.#plan, this.#events);
    }
    const side = await this.#openRemoteSide();
    return () => side.connect(planned.id);
  }

  async #loadLocalSide(): Promise<LocalSide> {
    const { LocalSide } = await import('../targets/local/local-side.js');
    return new LocalSide({
      options: this.#options,
      plan: this.#plan,
      router: this.#router,
      events: this.#events,
      binding: this.#binding,
    });
  }

  async #loadRemoteSide(): Promise<RemoteSide> {
    const { createRemoteSide } = await import('../targets/remote/create-remote-side.js');
    return createRemoteSide(this.#options, {
      plan: this.#plan,
      router: this.#router,
      binding: this.#binding,
      counter: this.#counter,
      rules: { policy: this.#policy, onEgress: this.#options.onEgress },
    });
  }
}

/** Quantised weights give wrong vectors on some GPUs, and are slower there; but the bundled model has no others. */
function listGpuDtypes({ model, sameAs, hub }: EmbeddingClientOptions & { readonly model: string }): readonly Dtype[] {
  if (model === BUNDLED_MODEL && hub === undefined) return ['q8'];
  const refused = findRefusedDtypes(sameAs ?? model);
  return (['fp16', 'fp32'] as const).filter((dtype) => !refused.includes(dtype));
}
