/** Finds out whether a GPU is faster than WASM for this model on this device: once, and only when much is embedded. */
import type { TargetRequest } from '../../contract/target.js';
import { isEmbeddingError } from '../../errors/errors.js';
import type { LivePlan } from '../../plan/live-plan.js';
import type { PlannedLocal } from '../../plan/plan-local.js';
import type { Router } from '../router.js';

/** About ten seconds of work for a small model: below it the GPU's weights aren't worth their download. */
const MIN_TOKENS = 16_000;
/** English text has about four characters a token. Source: OpenAI's documentation on tokens. */
const CHARACTERS_PER_TOKEN = 4;

/** Counts what is embedded, and compares the devices when it is enough. */
export class DeviceTrial {
  readonly #plan: LivePlan;
  readonly #router: Router;
  #tokens = 0;
  /** The target on WASM that a comparison was begun with: another one may take its place. */
  #begunWith: string | undefined;

  constructor(plan: LivePlan, router: Router) {
    this.#plan = plan;
    this.#router = router;
  }

  /** Takes in a request that is about to be answered. */
  count({ inputs }: TargetRequest): void {
    for (const input of inputs) {
      this.#tokens += typeof input === 'string' ? input.length / CHARACTERS_PER_TOKEN : input.length;
    }
    if (this.#tokens < MIN_TOKENS) return;
    void this.#plan.askGpu().then(() => {
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#router.current?.kind === 'builtin') return;
    const usable = this.#plan.targets.filter((target) => target.kind === 'local').filter((target) => target.usable);
    const gpus = usable.filter(({ device }) => device === 'webgpu');
    const wasm = usable.find(({ device }) => device === 'wasm');
    if (!wasm || wasm.id === this.#begunWith || gpus.length === 0 || (hasSpeed(wasm) && gpus.some(hasSpeed))) return;
    this.#begunWith = wasm.id;
    void this.#run(wasm, gpus);
  }

  /** Never rejects: a comparison that can't be made leaves everything as it is. */
  async #run(wasm: PlannedLocal, gpus: readonly PlannedLocal[]): Promise<void> {
    try {
      const baseline = await (await this.#router.target(wasm)).measure();
      this.#plan.rememberSpeed(wasm, baseline);
      for (const gpu of gpus) {
        // Measured against another runtime on WASM, before it was found not to run this model.
        if (hasSpeed(gpu) || (await this.#try(gpu, baseline))) break;
      }
    } catch {
      // Disposed of meanwhile, or WASM itself fails, of which its callers are told.
      return;
    }
    const { current } = this.#router;
    if (current) this.#router.restAllBut(current);
  }

  /** Whether the GPU could be measured in this dtype. */
  async #try(gpu: PlannedLocal, baseline: number): Promise<boolean> {
    try {
      const target = await this.#router.target(gpu);
      this.#plan.rememberSpeed(gpu, await target.measure(baseline));
    } catch (error) {
      this.#router.drop(gpu);
      if (!isEmbeddingError(error) || !error.canFallBack) throw error;
      return false;
    }
    if (this.#router.current?.id !== gpu.id) this.#router.drop(gpu);
    return true;
  }
}

function hasSpeed({ tokensPerMs }: PlannedLocal): boolean {
  return tokensPerMs !== undefined;
}
