/** Tries the plan's targets in order, and moves on only for errors that another target may cure. */
import { EmbeddingError, isEmbeddingError } from '../errors/errors.js';
import type { EmbeddedRows, Target, TargetOptions, TargetRequest } from '../contract/target.js';
import type { PlannedTarget } from './plan.js';

/** Answers from the first target that can. */
export class Router implements Target {
  readonly #plan: readonly PlannedTarget[];
  readonly #targets: readonly Target[];

  /** @param create - makes the target for a usable part of the plan. */
  constructor(plan: readonly PlannedTarget[], create: (planned: PlannedTarget) => Target) {
    this.#plan = plan;
    this.#targets = plan.filter(({ usable }) => usable).map(create);
  }

  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    let last: unknown = this.#noTarget();
    for (const target of this.#targets) {
      try {
        return await target.embed(request, options);
      } catch (error) {
        last = error;
        if (!isEmbeddingError(error) || !error.canFallBack) break;
      }
    }
    throw last;
  }

  dispose(): void {
    for (const target of this.#targets) target.dispose();
  }

  #noTarget(): EmbeddingError {
    const reasons = this.#plan.map(({ device, reason }) => `${device}: ${reason}`).join(' ');
    return new EmbeddingError('device_unsupported', `No target can embed on this device. ${reasons}`);
  }
}
