/** The plan as it stands: what was asked of the browser, what was found out, and what follows. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Dtype, Policy } from '../api/vocabulary.js';
import type { VerdictNotes } from '../storage/verdict-notes.js';
import { BUILTIN_SPACE } from '../spaces/builtin-space.js';
import type { Provider } from '../contract/provider.js';
import { detectCapability, type Capability, type GpuCapability } from './capability.js';
import { speedKey, type PlannedLocal } from './plan-local.js';
import { BUILTIN_ID, nameProviders, planTargets, type PlannedTarget } from './plan.js';
import { RUNTIME_REGISTRY } from '../runtimes/registry.js';
import { spaceOfProvider, type SpaceBinding } from '../spaces/space-binding.js';
import { VerdictStore } from '../storage/verdict-store.js';

/** What a plan is made for. */
export interface LivePlanSettings {
  readonly options: Pick<
    EmbeddingClientOptions,
    'builtin' | 'model' | 'sameAs' | 'dtype' | 'device' | 'runtime' | 'minimumSpeed'
  > & {
    /** Whether vectors are scaled to unit length, which a provider's space tells. @default true */
    readonly normalize?: boolean;
  };
  /** Id and revision. */
  readonly model: string;
  /** Dtypes WebGPU may be given, best first. */
  readonly gpuDtypes: readonly Dtype[];
  readonly policy: Policy;
  readonly providers: readonly Provider[];
  readonly binding: SpaceBinding;
}

/** Knows the order of targets at any moment. */
export class LivePlan {
  readonly #settings: LivePlanSettings;
  readonly #store: VerdictStore;
  readonly #providers: ReadonlyMap<string, Provider>;
  /** Target id → what keeps it from answering as long as the client lives. */
  readonly #disproved = new Map<string, string>();
  #capability: Capability = detectCapability();
  #gpu: Promise<void> | undefined;

  constructor(settings: LivePlanSettings) {
    this.#settings = settings;
    this.#store = new VerdictStore(settings.model);
    this.#providers = nameProviders(settings.providers);
    // One that says it serves the client's model is believed or not when it is first needed.
    const { normalize = true } = settings.options;
    for (const [id, provider] of this.#providers) {
      if (!provider.sameModel) settings.binding.note(id, spaceOfProvider(provider, normalize));
    }
  }

  /** What this device offers, as far as it is known. */
  get capability(): Capability {
    return this.#capability;
  }

  /** The targets in the order they are tried now. */
  get targets(): readonly PlannedTarget[] {
    return this.#planWith(this.#capability);
  }

  /** The provider behind a remote target. */
  provider(id: string): Provider | undefined {
    return this.#providers.get(id);
  }

  /** Resolves when the first target won't change by what the browser tells: at once, unless a GPU may be the first. */
  async ready(): Promise<void> {
    const mayStart = this.targets.some(({ usable }) => usable) && !this.#store.hasSpeed('webgpu');
    if (!mayStart) await this.askGpu();
  }

  /** Asks the browser for its GPU, if one might be used; resolves when it has told. Once, however often it is called. */
  askGpu(): Promise<void> {
    this.#gpu ??= this.#askGpu();
    return this.#gpu;
  }

  /** What is known of a runtime on a device, and a place for what is found out. */
  notes({ device, runtime }: Pick<PlannedLocal, 'device' | 'runtime'>): VerdictNotes {
    return this.#store.notes(RUNTIME_REGISTRY[runtime].nameFindings(device, describeGpu(this.#capability.gpu)));
  }

  /** Remembers a target's speed, in tokens per millisecond. */
  rememberSpeed(target: PlannedLocal, tokensPerMs: number): void {
    this.notes(target).remember(speedKey(target), { tokensPerMs });
  }

  /** Rules a target out for as long as the client lives. */
  disprove(id: string, reason: string): void {
    this.#disproved.set(id, reason);
  }

  #findObstacle(id: string): string | undefined {
    const { binding } = this.#settings;
    const { bound } = binding;
    const isOther = bound !== undefined && bound.startsWith(BUILTIN_SPACE) !== (id === BUILTIN_ID);
    const space = binding.conflictOf(id) ?? (isOther ? 'of its own' : undefined);
    if (space === undefined || bound === undefined) return this.#disproved.get(id);
    return `It answers in the space '${space}', but this client's vectors are of '${bound}'.`;
  }

  async #askGpu(): Promise<void> {
    const gpus = this.#planWith({ ...this.#capability, gpu: BEST_GPU }).filter(
      (target) => target.kind === 'local' && target.device === 'webgpu',
    );
    const isKnown = gpus.length > 0 && this.#settings.policy !== 'only-remote' && this.#store.hasSpeed('webgpu');
    if (!isKnown && !gpus.some(({ usable }) => usable)) return;
    // A script that can't be loaded is told to the call that needs it.
    const found = await import('./detect/detect-gpu.js').then(
      ({ detectGpu }) => detectGpu(),
      () => null,
    );
    this.#capability = { ...this.#capability, gpu: found };
  }

  #planWith(capability: Capability): readonly PlannedTarget[] {
    const { options, gpuDtypes, policy, providers } = this.#settings;
    return planTargets({
      options,
      gpuDtypes,
      policy,
      providers,
      capability,
      hasBuiltin: 'SemanticEmbedder' in globalThis,
      recall: (target, key) => this.notes(target).recall(key),
      findObstacle: (id) => this.#findObstacle(id),
    });
  }
}

/** Where even this one wouldn't be used, the browser needn't be asked. */
const BEST_GPU: GpuCapability = {
  vendor: '',
  architecture: '',
  description: '',
  isSoftware: false,
  shaderF16: true,
};

function describeGpu(gpu: GpuCapability | null | undefined): string {
  return gpu ? [gpu.vendor, gpu.architecture, gpu.description].join(',') : 'unknown';
}
