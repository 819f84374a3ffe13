/** Lets a device answer only when it is as fast as the app asks. */
import type { Target } from '../../contract/target.js';
import { EmbeddingError } from '../../errors/errors.js';
import { waitUnder } from '../../util/deadline.js';
import type { LivePlan } from '../../plan/live-plan.js';
import type { PlannedTarget } from '../../plan/plan.js';

/** Measures local targets against a minimum, each once. */
export class SpeedRequirement {
  readonly #minimumSpeed: number;
  readonly #plan: Pick<LivePlan, 'rememberSpeed'>;
  readonly #measurements = new Map<string, Promise<number>>();

  /** @param minimumSpeed - tokens per second. */
  constructor(minimumSpeed: number, plan: Pick<LivePlan, 'rememberSpeed'>) {
    this.#minimumSpeed = minimumSpeed;
    this.#plan = plan;
  }

  /** @throws EmbeddingError `device_too_slow`; whatever keeps the target from embedding. */
  async check(planned: PlannedTarget, target: Target, signal: AbortSignal): Promise<void> {
    // One that is known to be too slow isn't usable, and so never comes here.
    if (planned.kind !== 'local' || target.kind !== 'local' || planned.tokensPerMs !== undefined) return;
    const measurement = this.#measurements.get(planned.id) ?? target.measure();
    this.#measurements.set(planned.id, measurement);
    let tokensPerMs: number;
    try {
      tokensPerMs = await waitUnder(signal, measurement);
    } catch (error) {
      this.#measurements.delete(planned.id);
      throw error;
    }
    this.#plan.rememberSpeed(planned, tokensPerMs);
    const speed = tokensPerMs * 1000;
    if (speed >= this.#minimumSpeed) return;
    const message = `Expected this device to embed ${String(this.#minimumSpeed)} tokens a second, as 'minimumSpeed' says, but it was measured at ${speed.toPrecision(3)}.`;
    throw new EmbeddingError('device_too_slow', message);
  }
}
