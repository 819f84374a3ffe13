/** Tries the plan's targets in order, and moves on only for errors that another target may cure. */
import type { ProviderChangedEvent } from '../api/events.js';
import type { ModelStats } from '../api/models.js';
import type { ErrorCode } from '../errors/codes.js';
import { AllTargetsFailedError, EmbeddingError, SpaceMismatchError } from '../errors/errors.js';
import type { PlannedLocal } from '../plan/plan-local.js';
import type { PlannedTarget } from '../plan/plan.js';
import type { SpaceBinding } from '../spaces/space-binding.js';
import type { EmbeddedRows, LocalTarget, Target, TargetOptions, TargetRequest } from '../contract/target.js';
import { waitUnder } from '../util/deadline.js';
import { FailedTargets, isNoLicence } from './failed-targets.js';
import { OpenTargets, type LoadTarget } from './open-targets.js';
import { tryInOrder } from './try-in-order.js';

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
  readonly load: LoadTarget;
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

/** What a target has to pass before it answers. */
export interface Admission {
  /** What it throws counts as the target's failure. */
  check(planned: PlannedTarget, target: Target, signal: AbortSignal): Promise<void>;
}

/** A target that failed is left out for so long, while another one answers: each try would make the caller wait. */
const REST_MS = 60_000;

/** What tells nothing of a target's state. */
const OF_ONE_CALL: readonly ErrorCode[] = ['egress_denied', 'space_mismatch', 'unsupported_parameter', 'worker_hung'];

/** Answers from the first target that can. */
export class Router {
  readonly #settings: RouterSettings;
  readonly #targets: OpenTargets;
  /** Id → when it may be tried again, by `performance.now()`. */
  readonly #restingUntil = new Map<string, number>();
  #answeredBy: string | undefined;

  constructor(settings: RouterSettings) {
    this.#settings = settings;
    this.#targets = new OpenTargets(settings.load);
  }

  /** Gets the first target ready. A failure isn't shown: the first request tries again. */
  start(): void {
    this.#start().catch(() => undefined);
  }

  async #start(): Promise<void> {
    await this.#settings.plan.ready();
    const { current } = this;
    const target = current && (await this.target(current));
    if (target?.kind === 'local') target.start();
  }

  /**
   * @throws SpaceMismatchError when only targets of another space are left; AllTargetsFailedError; the one target's error.
   */
  async embed(request: TargetRequest, options: TargetOptions, admission?: Admission): Promise<EmbeddedRows> {
    const { plan, openBalancer } = this.#settings;
    const { signal } = options;
    await waitUnder(signal, plan.ready());
    const usable = this.#listUsable(request.model);
    const answer = (targets: readonly PlannedTarget[]): Promise<EmbeddedRows> =>
      this.#answer(targets, request, options, admission);
    // Those behind a local target or another provider are asked only when it fails.
    if (usable.slice(0, 2).filter(tellsLoad).length < 2) return answer(usable);
    // Without its code, the targets themselves tell why.
    const balancer = await waitUnder(
      signal,
      openBalancer().catch(() => undefined),
    );
    return balancer ? balancer.balance(usable, request.inputs.length, signal, answer) : answer(usable);
  }

  async #answer(
    targets: readonly PlannedTarget[],
    request: TargetRequest,
    options: TargetOptions,
    admission?: Admission,
  ): Promise<EmbeddedRows> {
    const { binding } = this.#settings;
    const { signal } = options;
    const failures = new FailedTargets();
    const rows = await tryInOrder(targets, failures, {
      signal,
      // Another call may have bound the client meanwhile.
      mayAsk: (planned) => binding.conflictOf(planned.id) === undefined && !failures.forbids(planned),
      ask: async (planned) => {
        // One that is there is asked in the same turn, so that calls keep their order.
        const target = this.#targets.get(planned.id) ?? (await waitUnder(signal, this.target(planned)));
        await admission?.check(planned, target, signal);
        const others = targets.slice(targets.indexOf(planned) + 1);
        const isLastResort = planned.kind === 'remote' && !others.some(({ id }) => this.#mayAnswer(id));
        const answer = await target.embed(request, isLastResort ? { ...options, isLastResort } : options);
        binding.claim(planned.id, answer.space, request.dimensions === undefined);
        this.#restingUntil.delete(planned.id);
        this.#announce(planned, failures.list().at(-1)?.error);
        return answer;
      },
      onFailed: (planned, error) => {
        // One that rests comes behind providers, and they would be asked first the next time.
        if (!isOfOneCall(error) && !isNoLicence(planned, error)) this.#rest(planned);
      },
    });
    if (!rows) throw this.#explain(failures, request.model);
    return rows;
  }

  /** The target of a part of the plan, of the same kind; made when it is first asked for. @throws as {@link OpenTargets.open}. */
  target(planned: PlannedLocal): Promise<LocalTarget>;
  target(planned: PlannedTarget): Promise<Target>;
  target(planned: PlannedTarget): Promise<Target> {
    return this.#targets.open(planned);
  }

  /** Ends one target; the next request that needs it makes it anew. */
  drop({ id }: Pick<PlannedTarget, 'id'>): void {
    this.#targets.drop(id);
  }

  /** Lets every target but one go as soon as it has answered what it was asked. */
  restAllBut({ id }: Pick<PlannedTarget, 'id'>): void {
    this.#targets.restAllBut(id);
  }

  /** The part of the plan that answers now; undefined when none can. */
  get current(): PlannedTarget | undefined {
    return this.#listUsable()[0];
  }

  /** What each target that was made does now. */
  stats(): ModelStats[] {
    return this.#targets.stats();
  }

  dispose(): void {
    this.#targets.dispose();
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

  #explain(failures: FailedTargets, model: string | undefined): EmbeddingError {
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

/** Whether a target is a server that tells how busy it is. */
function tellsLoad(planned: PlannedTarget): boolean {
  return planned.kind === 'remote' && planned.provider === 'infinity';
}

/** The next call may be another matter. */
function isOfOneCall({ code }: EmbeddingError): boolean {
  return OF_ONE_CALL.includes(code);
}

function serves(planned: PlannedTarget, model: string | undefined): boolean {
  return model === undefined || (planned.kind === 'remote' && planned.model === model);
}
