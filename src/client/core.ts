/** What is behind a client: its plan and router, and the parts that lie beside the entry and are loaded when they are needed. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { ClientEvents } from '../api/events.js';
import type { Dtype, Policy } from '../api/vocabulary.js';
import { EgressCounter } from '../egress/egress-counter.js';
import type { JobService } from '../jobs/job-service.js';
import { BUNDLED_MODEL } from '../models/bundled-model.js';
import { findRefusedDtypes } from '../models/start-up.js';
import { LivePlan } from '../plan/live-plan.js';
import type { PlannedTarget } from '../plan/plan.js';
import { Router } from '../route/router.js';
import { bindSpace } from '../spaces/bind-space.js';
import type { SpaceBinding } from '../spaces/space-binding.js';
import type { LocalSide } from '../targets/local/local-side.js';
import type { RemoteJobs } from '../contract/remote-jobs.js';
import type { RemoteSide } from '../targets/remote/remote-side.js';
import type { Target } from '../contract/target.js';
import { Emitter } from '../util/emitter.js';
import type { Calls } from './calls/create-calls.js';
import { loadOnce, loadScript } from './load-script.js';

/** A client's options, checked and with its model. */
export type NamedOptions = EmbeddingClientOptions & { readonly model: string };

/** Wires options, plan, router and targets. */
export class ClientCore {
  readonly events: Emitter<ClientEvents> = new Emitter();
  readonly counter: EgressCounter = new EgressCounter((event) => {
    this.events.emit('egress', event);
  });
  readonly binding: SpaceBinding;
  readonly plan: LivePlan;
  readonly router: Router;
  /** What answers calls. */
  readonly openCalls: () => Promise<Calls> = loadOnce(() => this.#loadCalls());
  readonly #openLocalSide: () => Promise<LocalSide> = loadOnce(() => this.#loadLocalSide());
  readonly #openRemoteSide: () => Promise<RemoteSide> = loadOnce(() => this.#loadRemoteSide());
  readonly #options: NamedOptions;
  readonly #policy: Policy;

  constructor(options: NamedOptions) {
    const { model, revision = 'main', fallback = [] } = options;
    this.#options = options;
    this.#policy = options.policy ?? (fallback.length === 0 ? 'only-on-device' : 'prefer-on-device');
    this.binding = bindSpace(options.spaceName, this.events);
    this.plan = new LivePlan({
      options,
      model: [`${model}@${revision}`, options.file, options.output, options.hub].filter(Boolean).join(),
      gpuDtypes: listGpuDtypes(options),
      policy: this.#policy,
      providers: fallback,
      binding: this.binding,
    });
    this.router = new Router({
      plan: this.plan,
      binding: this.binding,
      load: (planned) => this.#loadTarget(planned),
      openBalancer: this.#openRemoteSide,
      onChanged: (event) => {
        this.events.emit('provider-changed', event);
      },
    });
  }

  /** What works on jobs. */
  async openJobs(): Promise<JobService> {
    const { openJobs } = await import('./job-calls/open-jobs.js');
    const { embeddings, answered } = await this.openCalls();
    return openJobs({
      options: this.#options,
      policy: this.#policy,
      models: answered,
      backend: {
        embed: (request, options) => embeddings.embedPart(request, options),
        remote: (key) => this.#findRemoteJobs(key),
      },
    });
  }

  async #loadCalls(): Promise<Calls> {
    const { createCalls } = await import('./calls/create-calls.js');
    return createCalls({
      router: this.router,
      plan: this.plan,
      options: this.#options,
      policy: this.#policy,
      events: this.events,
      openRemoteSide: this.#openRemoteSide,
    });
  }

  /** Of the provider a job was begun with, or else of the one that would answer now. */
  async #findRemoteJobs(key: string | undefined): Promise<RemoteJobs | undefined> {
    if (key === undefined && this.router.current?.kind !== 'remote') return undefined;
    return (await this.#openRemoteSide()).findJobs(key);
  }

  async #loadTarget(planned: PlannedTarget): Promise<Target> {
    if (planned.kind === 'local') return (await this.#openLocalSide()).connect(planned);
    if (planned.kind === 'remote') return (await this.#openRemoteSide()).connect(planned.id);
    const { connectBuiltin } = await loadScript(() => import('../targets/builtin/builtin-side.js'));
    return connectBuiltin(planned.id, this.#options, this.plan, this.events);
  }

  async #loadLocalSide(): Promise<LocalSide> {
    const { LocalSide } = await import('../targets/local/local-side.js');
    return new LocalSide({
      options: this.#options,
      plan: this.plan,
      router: this.router,
      events: this.events,
      binding: this.binding,
    });
  }

  async #loadRemoteSide(): Promise<RemoteSide> {
    const { createRemoteSide } = await import('../targets/remote/create-remote-side.js');
    return createRemoteSide(this.#options, {
      plan: this.plan,
      router: this.router,
      binding: this.binding,
      counter: this.counter,
      rules: { policy: this.#policy, onEgress: this.#options.onEgress },
    });
  }
}

/** Quantised weights give wrong vectors on some GPUs, and are slower there; but the bundled model has no others. */
function listGpuDtypes({ model, sameAs, hub }: NamedOptions): readonly Dtype[] {
  if (model === BUNDLED_MODEL && hub === undefined) return ['q8'];
  const refused = findRefusedDtypes(sameAs ?? model);
  return (['fp16', 'fp32'] as const).filter((dtype) => !refused.includes(dtype));
}
