/** Tries the plan's targets in order, and moves on only for errors that another target may cure. */
import type { EmbeddedRows, Target, TargetOptions, TargetRequest } from '../contract/target.js';
import { AllTargetsFailedError, EmbeddingError, isEmbeddingError, type FailedAttempt } from '../errors/errors.js';
import type { ModelStats } from '../api/models.js';
import { waitUnder } from '../util/deadline.js';
import type { PlannedTarget } from './plan.js';

/** What a router asks for its targets. */
export interface TargetPlan {
  /** The targets in the order they are tried now. */
  readonly targets: readonly PlannedTarget[];
  /** Resolves when the first of them can be told. */
  ready(): Promise<void>;
}

/** A target that failed is left out for so long, while another one answers: each try would make the caller wait. */
const REST_MS = 60_000;

const IDLE: ModelStats = { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 };

/** Answers from the first target that can. */
export class Router implements Target {
  readonly #plan: TargetPlan;
  readonly #create: (planned: PlannedTarget) => Target;
  readonly #targets = new Map<string, Target>();
  /** Id → when it may be tried again, by `performance.now()`. */
  readonly #restingUntil = new Map<string, number>();
  #isDisposed = false;

  /** @param create - makes the target for a usable part of the plan. */
  constructor(plan: TargetPlan, create: (planned: PlannedTarget) => Target) {
    this.#plan = plan;
    this.#create = create;
  }

  /** Gets the first target ready. */
  start(): void {
    void this.#plan.ready().then(() => {
      const [first] = this.#listUsable();
      // It may have been disposed of while the browser was asked.
      if (first && !this.#isDisposed) this.target(first).start?.();
    });
  }

  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    await waitUnder(options.signal, this.#plan.ready());
    const attempts: FailedAttempt[] = [];
    for (const planned of this.#listUsable()) {
      try {
        const rows = await this.target(planned).embed(request, options);
        this.#restingUntil.delete(planned.id);
        return rows;
      } catch (error) {
        if (!isEmbeddingError(error) || !error.canFallBack) throw error;
        attempts.push({ target: planned.id, error });
        this.#restingUntil.set(planned.id, performance.now() + REST_MS);
      }
    }
    throw this.#explain(attempts);
  }

  /** The target of a part of the plan; made when it is first asked for. */
  target(planned: PlannedTarget): Target {
    if (this.#isDisposed) throw disposed();
    const target = this.#targets.get(planned.id) ?? this.#create(planned);
    this.#targets.set(planned.id, target);
    return target;
  }

  /** Ends one target; the next request that needs it makes it anew. */
  drop({ id }: PlannedTarget): void {
    this.#targets.get(id)?.dispose();
    this.#targets.delete(id);
  }

  /** Lets every target but one go as soon as it has answered what it was asked. */
  restAllBut({ id }: PlannedTarget): void {
    for (const [other, target] of this.#targets) if (other !== id) target.rest?.();
  }

  /** The part of the plan that answers now; undefined when none can. */
  get current(): PlannedTarget | undefined {
    return this.#listUsable()[0];
  }

  stats(): ModelStats {
    const all = [...this.#targets.values()].flatMap((target) => target.stats?.() ?? []);
    return all.reduce(
      (sum, one) => ({
        queue_fraction: Math.max(sum.queue_fraction, one.queue_fraction),
        queue_absolute: sum.queue_absolute + one.queue_absolute,
        results_pending: sum.results_pending + one.results_pending,
        batch_size: Math.max(sum.batch_size, one.batch_size),
      }),
      IDLE,
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const target of this.#targets.values()) target.dispose();
  }

  /** Those that failed lately come last: when nothing else is left they are tried all the same. */
  #listUsable(): PlannedTarget[] {
    const now = performance.now();
    const isResting = ({ id }: PlannedTarget): boolean => (this.#restingUntil.get(id) ?? 0) > now;
    const usable = this.#plan.targets.filter((planned) => planned.usable);
    return [...usable.filter((planned) => !isResting(planned)), ...usable.filter(isResting)];
  }

  #explain(attempts: readonly FailedAttempt[]): EmbeddingError {
    const [only] = attempts;
    if (only && attempts.length === 1) return only.error;
    if (only) return new AllTargetsFailedError(attempts);
    const reasons = this.#plan.targets.map(({ id, reason }) => `${id}: ${reason}`).join(' ');
    return new EmbeddingError('device_unsupported', `No target can embed on this device. ${reasons}`);
  }
}

function disposed(): EmbeddingError {
  return new EmbeddingError('disposed', 'This client has been disposed of. Make a new one.');
}
