/** The plan as it stands: what was asked of the browser, what was found out, and what follows. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Device, Dtype } from '../api/vocabulary.js';
import type { VerdictNotes } from '../contract/device-verdict.js';
import { detectCapability, detectGpu, type Capability, type GpuCapability } from './capability.js';
import { planTargets, speedKey, type PlannedTarget } from './plan.js';
import { VerdictStore } from './verdict-store.js';

/** What a plan is made for. */
export interface DevicePlanSettings {
  readonly options: Pick<EmbeddingClientOptions, 'dtype' | 'device'>;
  /** Id and revision. */
  readonly model: string;
  /** Dtypes WebGPU may be given, best first. */
  readonly gpuDtypes: readonly Dtype[];
}

/** Knows the order of targets at any moment. */
export class DevicePlan {
  readonly #settings: DevicePlanSettings;
  readonly #store: VerdictStore;
  #capability: Capability = detectCapability();
  readonly #gpu: Promise<void>;

  constructor(settings: DevicePlanSettings) {
    this.#settings = settings;
    this.#store = new VerdictStore(settings.model);
    this.#gpu = this.#askGpu();
  }

  /** What this device offers, as far as it is known. */
  get capability(): Capability {
    return this.#capability;
  }

  /** The targets in the order they are tried now. */
  get targets(): readonly PlannedTarget[] {
    const { options, gpuDtypes } = this.#settings;
    return planTargets({
      options,
      gpuDtypes,
      capability: this.#capability,
      recall: (device, key) => this.#notes(device).recall(key),
    });
  }

  /** Resolves when the first target won't change by what the browser tells: at once, unless a GPU may be the first. */
  async ready(): Promise<void> {
    const mayStart = this.targets.some(({ usable }) => usable) && !this.#store.hasSpeed('webgpu');
    if (!mayStart) await this.#gpu;
  }

  /** What is known of a target's device, and a place for what is found out. */
  notes({ device }: Pick<PlannedTarget, 'device'>): VerdictNotes {
    return this.#notes(device);
  }

  /** Remembers a target's speed, in tokens per millisecond. */
  rememberSpeed(target: PlannedTarget, tokensPerMs: number): void {
    this.#notes(target.device).remember(speedKey(target), { tokensPerMs });
  }

  async #askGpu(): Promise<void> {
    if (this.#settings.options.device === 'wasm') return;
    this.#capability = { ...this.#capability, gpu: await detectGpu() };
  }

  #notes(device: Device): VerdictNotes {
    return this.#store.notes(device === 'wasm' ? device : `${device}:${describeGpu(this.#capability.gpu)}`);
  }
}

function describeGpu(gpu: GpuCapability | null | undefined): string {
  return gpu ? [gpu.vendor, gpu.architecture, gpu.description].join(',') : 'unknown';
}
