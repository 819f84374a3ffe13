/** Asks this device what only a loaded model knows. */
import { AllTargetsFailedError, EmbeddingError } from '../errors/errors.js';
import type { LocalTarget } from '../contract/target.js';
import { waitUnder } from '../util/deadline.js';
import { FailedTargets } from '../route/failed-targets.js';
import type { Router, TargetPlan } from '../route/router.js';
import { tryInOrder } from '../route/try-in-order.js';

/** Who answers, and how. */
export interface LocalTargets {
  readonly plan: TargetPlan;
  readonly router: Pick<Router, 'target'>;
}

/**
 * The answer of the first target on this device that can give it: each has the model's own tokenizer.
 *
 * @throws EmbeddingError `device_unsupported` when none may; the one's error; AllTargetsFailedError; the signal's reason.
 */
export async function askLocal<T>(
  { plan, router }: LocalTargets,
  signal: AbortSignal,
  ask: (target: LocalTarget) => Promise<T>,
): Promise<T> {
  await waitUnder(signal, plan.ready());
  const failed = new FailedTargets();
  const locals = plan.targets.filter((planned) => planned.kind === 'local');
  const answer = await tryInOrder(
    locals.filter(({ usable }) => usable),
    failed,
    { signal, ask: async (planned) => ask(await waitUnder(signal, router.target(planned))) },
  );
  if (answer !== undefined) return answer;
  const failures = failed.list();
  const [failure] = failures;
  if (failure) throw failures.length > 1 ? new AllTargetsFailedError(failures) : failure.error;
  const reasons = locals.map(({ id, reason }) => `${id}: ${reason}`).join(' ');
  const message = `Expected this device to load the model, whose tokenizer is asked, but no local target can be used. ${reasons}`;
  throw new EmbeddingError('device_unsupported', message);
}
