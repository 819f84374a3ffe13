/** The one loop over targets, whatever they are asked for: it moves on only for errors that another target may cure. */
import { isEmbeddingError, type EmbeddingError } from '../errors/errors.js';
import type { PlannedTarget } from '../plan/plan.js';
import type { FailedTargets } from './failed-targets.js';

/** What is asked of targets, one after the other. */
export interface Question<P extends PlannedTarget, T> {
  readonly signal: AbortSignal;
  /** Asks one; undefined when it can't tell. */
  readonly ask: (planned: P) => Promise<T | undefined>;
  /** Whether one may be asked, looked at when its turn comes. Absent: all may. */
  readonly mayAsk?: (planned: P) => boolean;
  /** One has failed, or was left out because another's failure tells that it would. */
  readonly onFailed?: (planned: P, error: EmbeddingError) => void;
}

/**
 * The first answer. Undefined when none could answer: `failures` then has what came of each.
 *
 * @throws the signal's reason; an error that no other target cures.
 */
export async function tryInOrder<P extends PlannedTarget, T>(
  targets: readonly P[],
  failures: FailedTargets,
  { signal, ask, mayAsk = () => true, onFailed }: Question<P, T>,
): Promise<T | undefined> {
  for (const planned of targets) {
    if (!mayAsk(planned)) continue;
    let failure = failures.predict(planned);
    if (!failure) {
      try {
        const answer = await ask(planned);
        if (answer !== undefined) return answer;
        continue;
      } catch (error) {
        // Whoever waits no longer asks no other target.
        signal.throwIfAborted();
        if (!mayMoveOn(error, planned)) throw error;
        failures.add(planned, error);
        failure = error;
      }
    }
    onFailed?.(planned, failure);
  }
  return undefined;
}

/** A target of another space is as good as failed: one of the right space may be left. */
function mayMoveOn(error: unknown, { kind }: PlannedTarget): error is EmbeddingError {
  if (!isEmbeddingError(error)) return false;
  // What a provider or the browser doesn't offer, the client's model may.
  const isRemoteLimit = kind !== 'local' && error.code === 'unsupported_parameter';
  return error.canFallBack || error.code === 'space_mismatch' || isRemoteLimit;
}
