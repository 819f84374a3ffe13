/** Everything a client with remote providers needs and others don't load: makes their targets, and keeps a reference. */
import type { Target } from '../contract/target.js';
import type { Provider } from '../contract/provider.js';
import { isEmbeddingError } from '../errors/errors.js';
import type { EgressCounter } from './egress-counter.js';
import type { EgressRules } from './egress-gate.js';
import type { LivePlan } from './live-plan.js';
import type { ProbeReference } from './parity-probe.js';
import { ProbeReferences } from './probe-references.js';
import { RemoteTarget } from './remote-target.js';
import type { Router } from './router.js';
import type { SpaceBinding } from './space-binding.js';

/** What the remote side needs of the client. */
export interface RemoteSideSettings {
  /** Names the client's model and all that the app chose which changes its vectors. */
  readonly model: string;
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
  #making: Promise<ProbeReference> | undefined;

  constructor(settings: RemoteSideSettings) {
    this.#settings = settings;
    this.#references = new ProbeReferences(settings.model);
  }

  /** A target that asks `provider`; nothing is sent yet. */
  connect(id: string, provider: Provider): Target {
    const { plan, binding, rules, counter } = this.#settings;
    return new RemoteTarget({
      id,
      provider,
      binding,
      rules,
      counter,
      findReference: (signal) => this.#findReference(signal),
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
    this.#findReference(new AbortController().signal).catch(() => undefined);
  }

  /** Known vectors of the client's model, in the space it is bound to. */
  async #findReference(signal: AbortSignal): Promise<ProbeReference | undefined> {
    const { plan, binding } = this.#settings;
    const reference = this.#references.known ?? (await this.#make(signal));
    if (!reference || binding.bound === undefined) return reference;
    // Of a model file that has changed since, or of another provider's space.
    if (reference.space !== binding.bound && !binding.bound.startsWith(reference.space)) {
      const isLocal = plan.targets.some(({ id, kind }) => kind === 'local' && binding.isBoundTo(id));
      return isLocal ? await this.#make(signal) : undefined;
    }
    return reference;
  }

  async #make(signal: AbortSignal): Promise<ProbeReference | undefined> {
    const { plan, router } = this.#settings;
    await plan.ready();
    const local = plan.targets.find(({ kind, usable }) => kind === 'local' && usable);
    if (!local) return undefined;
    try {
      this.#making ??= this.#references.make(router.target(local), signal);
      return await this.#making;
    } catch (error) {
      this.#making = undefined;
      if (isEmbeddingError(error) && error.canFallBack) return undefined;
      throw error;
    }
  }
}
