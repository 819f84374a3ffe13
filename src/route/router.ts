/** Tries the plan's targets in order, and moves on only for errors that another target may cure. */
import type { ProviderChangedEvent } from '../api/events.js';
import type { ModelStats } from '../api/models.js';
import type { EmbeddedRows, Target, TargetOptions, TargetRequest } from '../targets/target.js';
import type { ErrorCode } from '../errors/codes.js';
import { AllTargetsFailedError, EmbeddingError, SpaceMismatchError, isEmbeddingError } from '../errors/errors.js';
import { waitUnder } from '../util/deadline.js';
import { Attempts, isNoLicence } from './failed-targets.js';
import type { PlannedTarget } from '../plan/plan.js';
import type { SpaceBinding } from '../spaces/space-binding.js';

/** What a router asks for its targets. */
export interface TargetPlan {
  /** The targets in the order they are tried now. */
  readonly targets: readonly PlannedTarget[];
  /** Resolves when the first of them can be told. */
  ready(): Promise<void>;
}

/** What a router works with. */
export interface RouterSettings {
  readonly plan: TargetPlan;
  readonly binding: Pick<SpaceBinding, 'bound' | 'claim' | 'conflictOf'>;
  /** Makes the target for a usable part of the plan. */
  readonly create: (planned: PlannedTarget) => Target;
  /** Who puts servers that tell how busy they are in order, where several come first. */
  readonly openBalancer: () => Promise<Balancer>;
  /** Called when another target answers than before. */
  readonly onChanged?: (event: ProviderChangedEvent) => void;
}

/** Puts targets in order before they are asked; see `LoadBalancer.run`. */
export interface Balancer {
  balance<T>(
    targets: readonly PlannedTarget[],
    inputs: number,
    signal: AbortSignal,
    answer: (targets: readonly PlannedTarget[]) => Promise<T>,
  ): Promise<T>;
}

/** What is done before a target answers. */
export type PrepareTarget = (planned: PlannedTarget, target: Target, signal: AbortSignal) => Promise<void>;

/** A target that failed is left out for so long, while another one answers: each try would make the caller wait. */
const REST_MS = 60_000;

/** What tells nothing of a target's state. */
const OF_ONE_CALL: readonly ErrorCode[] = ['egress_denied', 'space_mismatch', 'unsupported_parameter', 'worker_hung'];

const IDLE: ModelStats = { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 };

/** Answers from the first target that can. */
export class Router implements Target {
  readonly #settings: RouterSettings;
  readonly #targets = new Map<string, Target>();
  /** Id → when it may be tried again, by `performance.now()`. */
  readonly #restingUntil = new Map<string, number>();
  #answeredBy: string | undefined;
  #isDisposed = false;

  constructor(settings: RouterSettings) {
    this.#settings = settings;
  }

  /** Gets the first target ready. */
  start(): void {
    void this.#settings.plan.ready().then(() => {
      const first = this.current;
      // It may have been disposed of while the browser was asked.
      if (first && !this.#isDisposed) this.target(first).start?.();
    });
  }

  /**
   * @param prepare - called before a target answers; what it throws counts as the target's failure.
   * @throws SpaceMismatchError when only targets of another space are left; AllTargetsFailedError; the one target's error.
   */
  async embed(request: TargetRequest, options: TargetOptions, prepare?: PrepareTarget): Promise<EmbeddedRows> {
    const { plan, openBalancer } = this.#settings;
    const { signal } = options;
    await waitUnder(signal, plan.ready());
    const usable = this.#listUsable(request.model);
    const answer = (targets: readonly PlannedTarget[]): Promise<EmbeddedRows> =>
      this.#tryInOrder(targets, request, options, prepare);
    // Those behind a local target or another provider are asked only when it fails.
    if (usable.slice(0, 2).filter(tellsLoad).length < 2) return answer(usable);
    // Without its code, the targets themselves tell why.
    const balancer = await waitUnder(
      signal,
      openBalancer().catch(() => undefined),
    );
    return balancer ? balancer.balance(usable, request.inputs.length, signal, answer) : answer(usable);
  }

  async #tryInOrder(
    targets: readonly PlannedTarget[],
    request: TargetRequest,
    options: TargetOptions,
    prepare?: PrepareTarget,
  ): Promise<EmbeddedRows> {
    const { binding } = this.#settings;
    const { signal } = options;
    const attempts = new Attempts();
    for (const [place, planned] of targets.entries()) {
      // Another call may have bound the client meanwhile.
      if (binding.conflictOf(planned.id) !== undefined || attempts.forbid(planned)) continue;
      const failure = attempts.foretell(planned);
      if (failure) {
        if (!isOfOneCall(failure)) this.#rest(planned);
        continue;
      }
      try {
        const target = this.target(planned);
        await prepare?.(planned, target, signal);
        const isLastResort =
          planned.kind === 'remote' && !targets.slice(place + 1).some(({ id }) => this.#mayAnswer(id));
        const rows = await target.embed(request, isLastResort ? { ...options, isLastResort } : options);
        binding.claim(planned.id, rows.space, request.dimensions === undefined);
        this.#restingUntil.delete(planned.id);
        this.#announce(planned, attempts.list().at(-1)?.error);
        return rows;
      } catch (error) {
        // Whoever waits no longer asks no other target.
        signal.throwIfAborted();
        if (!mayMoveOn(error, planned)) throw error;
        attempts.add(planned, error);
        // One that rests comes behind providers, and they would be asked first the next time.
        if (!isOfOneCall(error) && !isNoLicence(planned, error)) this.#rest(planned);
      }
    }
    throw this.#explain(attempts, request.model);
  }

  /** The target of a part of the plan; made when it is first asked for. */
  target(planned: PlannedTarget): Target {
    if (this.#isDisposed) throw disposed();
    const target = this.#targets.get(planned.id) ?? this.#settings.create(planned);
    this.#targets.set(planned.id, target);
    return target;
  }

  /** Ends one target; the next request that needs it makes it anew. */
  drop({ id }: Pick<PlannedTarget, 'id'>): void {
    this.#targets.get(id)?.dispose();
    this.#targets.delete(id);
  }

  /** Lets every target but one go as soon as it has answered what it was asked. */
  restAllBut({ id }: Pick<PlannedTarget, 'id'>): void {
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
  #listUsable(model?: string): PlannedTarget[] {
    const usable = this.#settings.plan.targets.filter((planned) => planned.usable && serves(planned, model));
    const resting = usable.filter(({ id }) => this.#isResting(id));
    return [...usable.filter((planned) => !resting.includes(planned)), ...resting];
  }

  #isResting(id: string): boolean {
    return (this.#restingUntil.get(id) ?? 0) > performance.now();
  }

  #mayAnswer(id: string): boolean {
    return !this.#isResting(id) && this.#settings.binding.conflictOf(id) === undefined;
  }

  #rest({ id }: PlannedTarget): void {
    this.#restingUntil.set(id, performance.now() + REST_MS);
  }

  #announce({ id: to, reason }: PlannedTarget, error: EmbeddingError | undefined): void {
    const from = this.#answeredBy;
    this.#answeredBy = to;
    if (from === undefined || from === to) return;
    this.#settings.onChanged?.({ from, to, reason: error?.message ?? reason, ...(error && { error }) });
  }

  #explain(failures: Attempts, model: string | undefined): EmbeddingError {
    const { plan, binding } = this.#settings;
    const attempts = failures.list();
    const [only] = attempts;
    const failure = attempts.length > 1 ? new AllTargetsFailedError(attempts) : only?.error;
    const targets = plan.targets.filter((planned) => serves(planned, model));
    const mismatch = attempts.map(({ error }) => error).find((error) => error instanceof SpaceMismatchError);
    if (mismatch && failure === mismatch) return mismatch;
    const actual = mismatch?.actual ?? targets.flatMap(({ id }) => binding.conflictOf(id) ?? [])[0];
    const expected = mismatch?.expected ?? binding.bound;
    // Whatever else went wrong, this is what the app has to decide.
    if (actual !== undefined && expected !== undefined) {
      return new SpaceMismatchError(expected, actual, {
        ...(failure && { cause: failure, note: failure.message }),
      });
    }
    if (failure) return failure;
    const reasons = targets.map(({ id, reason }) => `${id}: ${reason}`).join(' ');
    return new EmbeddingError('device_unsupported', `No target can embed. ${reasons}`);
  }
}

/** A target of another space is as good as failed: one of the right space may be left. */
function mayMoveOn(error: unknown, { kind }: PlannedTarget): error is EmbeddingError {
  if (!isEmbeddingError(error)) return false;
  // What a provider or the browser doesn't offer, the client's model may.
  const isRemoteLimit = kind !== 'local' && error.code === 'unsupported_parameter';
  return error.canFallBack || error.code === 'space_mismatch' || isRemoteLimit;
}

/** Whether a target is a server that tells how busy it is. */
function tellsLoad({ kind, provider }: PlannedTarget): boolean {
  return kind === 'remote' && provider === 'infinity';
}

/** The next call may be another matter. */
function isOfOneCall({ code }: EmbeddingError): boolean {
  return OF_ONE_CALL.includes(code);
}

function serves(planned: PlannedTarget, model: string | undefined): boolean {
  return model === undefined || (planned.kind === 'remote' && planned.model === model);
}

function disposed(): EmbeddingError {
  return new EmbeddingError('disposed', 'This client has been disposed of. Make a new one.');
}
