/** Everything a client with remote providers needs and others don't load: makes their targets, and keeps a reference. */
import type { RemoteJobs } from '../../contract/remote-jobs.js';
import { EmbeddingError, isEmbeddingError } from '../../errors/errors.js';
import type { ModelFacts } from '../../models/record.js';
import { LoadBalancer, type Answer } from './balance-load.js';
import type { EgressCounter } from '../../egress/egress-counter.js';
import type { EgressRules } from '../../egress/egress-gate.js';
import type { LivePlan } from '../../plan/live-plan.js';
import type { PlannedTarget } from '../../plan/plan.js';
import type { ProbeReference } from '../../spaces/parity/parity-probe.js';
import { ProbeReferences } from '../../spaces/parity/probe-references.js';
import { RemoteTarget } from './remote-target.js';
import type { Router } from '../../route/router.js';
import { shareSuccess } from '../../util/share-success.js';
import { baseOf, type SpaceBinding } from '../../spaces/space-binding.js';

/** What the remote side needs of the client. */
export interface RemoteSideSettings {
  /** Names the client's model and all that the app chose which changes its vectors. */
  readonly modelKey: string;
  /** The name of a known model that is used as its own files say, on branch `main`. */
  readonly canonicalName: string | undefined;
  /** Whether the app wants vectors of unit length. */
  readonly normalize: boolean;
  /** What is known of the client's model, however it is used. */
  readonly facts: ModelFacts | undefined;
  readonly plan: LivePlan;
  readonly router: Pick<Router, 'target'>;
  readonly binding: SpaceBinding;
  readonly rules: EgressRules;
  readonly counter: EgressCounter;
}

/** Makes targets of providers. */
export class RemoteSide {
  readonly #settings: RemoteSideSettings;
  readonly #references: ProbeReferences;
  readonly #targets = new Map<string, RemoteTarget>();
  #making: Promise<ProbeReference> | undefined;
  readonly #findKnown: () => Promise<readonly ProbeReference[]> = shareSuccess(() => this.#loadKnown());
  readonly #balancer = new LoadBalancer((id) => this.connect(id));

  constructor(settings: RemoteSideSettings) {
    this.#settings = settings;
    this.#references = new ProbeReferences(settings.modelKey);
  }

  /** The target of that id in the plan; nothing is sent yet. */
  connect(id: string): RemoteTarget {
    const target = this.#targets.get(id) ?? this.#create(id);
    this.#targets.set(id, target);
    return target;
  }

  /**
   * The jobs of the provider that goes by `key`, or without one of the first that may answer now; undefined when there is no
   * such provider, or it has none.
   */
  async findJobs(key: string | undefined): Promise<RemoteJobs | undefined> {
    const { plan } = this.#settings;
    await plan.ready();
    const usable = plan.targets.filter((target) => target.usable);
    const candidates = key === undefined ? usable.slice(0, 1) : usable;
    for (const { id, kind } of candidates) {
      const provider = plan.provider(id);
      if (kind === 'local' || !provider) continue;
      const name = JSON.stringify([provider.id, provider.host, provider.model, provider.space]);
      if (key === undefined || key === name) return this.connect(id).openJobs(name);
    }
    return undefined;
  }

  /** See {@link LoadBalancer.run}. */
  balance<T>(targets: readonly PlannedTarget[], inputs: number, signal: AbortSignal, answer: Answer<T>): Promise<T> {
    const { plan } = this.#settings;
    return this.#balancer.run(targets, { inputs, signal, find: (id) => plan.provider(id) }, answer);
  }

  #create(id: string): RemoteTarget {
    const { plan, binding, rules, counter, normalize, facts } = this.#settings;
    const provider = plan.provider(id);
    if (!provider) throw new EmbeddingError('internal', `Expected a provider for '${id}'.`);
    return new RemoteTarget({
      id,
      provider,
      binding,
      rules,
      counter,
      normalize,
      facts,
      references: [() => this.#findKnown(), () => this.#findReference()],
      onDisproved: (reason) => {
        plan.disprove(id, reason);
      },
    });
  }

  /**
   * Keeps vectors to compare providers with, while this device can make them: when it can't, it is too late. A failure
   * isn't shown.
   */
  keepReference(): void {
    this.#keepReference().catch(() => undefined);
  }

  async #keepReference(): Promise<void> {
    const { bound } = this.#settings.binding;
    const known = await this.#findKnown();
    // Nothing the device makes is better than what is known in full precision.
    const isKnown = bound !== undefined && known.some(({ space }) => baseOf(space) === baseOf(bound));
    if (!isKnown) await this.#findReference();
  }

  /** What comes with this library, for a few models; of a size that is loaded only when it is needed. */
  async #loadKnown(): Promise<readonly ProbeReference[]> {
    const { canonicalName } = this.#settings;
    if (canonicalName === undefined) return [];
    const { findKnownProbes } = await import('../../spaces/parity/known/known-probes.js');
    return findKnownProbes(canonicalName);
  }

  /** This device's own vectors of the client's model, in the space it is bound to. */
  async #findReference(): Promise<readonly ProbeReference[]> {
    const { plan, binding } = this.#settings;
    const reference = this.#references.known ?? (await this.#make());
    if (!reference) return [];
    // If not, they are of a model file that has changed since, or of another provider's space.
    if (binding.bound === undefined || baseOf(reference.space) === baseOf(binding.bound)) return [reference];
    const isLocal = plan.targets.some(({ id, kind }) => kind === 'local' && binding.isBoundTo(id));
    const remade = isLocal ? await this.#make() : undefined;
    return remade ? [remade] : [];
  }

  async #make(): Promise<ProbeReference | undefined> {
    const { plan, router } = this.#settings;
    await plan.ready();
    const local = plan.targets.filter((planned) => planned.kind === 'local').find(({ usable }) => usable);
    if (!local) return undefined;
    try {
      this.#making ??= router
        .target(local)
        .then((target) => this.#references.make(target, new AbortController().signal));
      return await this.#making;
    } catch (error) {
      this.#making = undefined;
      if (isEmbeddingError(error) && error.canFallBack) return undefined;
      throw error;
    }
  }
}
