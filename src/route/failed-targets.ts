/** Which targets failed for one request, and what of it the caller is told. */
import { RUNTIME_REFUSAL, type ErrorCode } from '../errors/codes.js';
import type { EmbeddingError, FailedAttempt } from '../errors/errors.js';
import type { PlannedTarget } from '../plan/plan.js';

/** All runtimes of a device load the same files and make the same of them. */
const OF_FILES: readonly ErrorCode[] = [
  'engine_script_failed',
  'model_file_missing',
  'model_file_damaged',
  'model_file_unreachable',
  'authentication_failed',
  'permission_denied',
  'content_changed',
  'model_unsupported',
  'insufficient_memory',
];

/**
 * A fault of this library, or storage that the user or the browser refuses, says nothing of whether the device can embed: no
 * text leaves because of it.
 */
const NO_LICENCE: readonly ErrorCode[] = ['internal', 'storage_unavailable', 'insufficient_storage'];

interface Failure {
  readonly planned: PlannedTarget;
  readonly error: EmbeddingError;
}

/** The failures of one request, in order. */
export class FailedTargets {
  readonly #failures: Failure[] = [];

  /** Takes in why a target couldn't answer. */
  add(planned: PlannedTarget, error: EmbeddingError): void {
    this.#failures.push({ planned, error });
  }

  /** What tells that a target needn't be tried: another part of this device has failed over what both of them are given. */
  predict(planned: PlannedTarget): EmbeddingError | undefined {
    return this.#failures.find((failure) => tellsOf(failure, planned))?.error;
  }

  /**
   * Whether a target may not be tried because text would leave the device, which nobody has asked for: what went wrong here is
   * no reason to.
   */
  forbids({ kind }: PlannedTarget): boolean {
    return kind === 'remote' && this.#failures.some(({ planned, error }) => isNoLicence(planned, error));
  }

  /** What says something new: a runtime that left the model to the other one, or failed as it did, is no news. */
  list(): FailedAttempt[] {
    const isNews = ({ planned, error }: Failure, index: number): boolean => {
      const twin = this.#failures.slice(index + 1).find((later) => areTwins(later.planned, planned));
      return !twin || (error.code !== RUNTIME_REFUSAL && error.code !== twin.error.code);
    };
    return this.#failures.filter(isNews).map(({ planned, error }) => ({ target: planned.id, error }));
  }
}

/** Whether a target's failure is no reason to ask one beyond the device, now or at the next call. */
export function isNoLicence({ kind }: PlannedTarget, { code }: EmbeddingError): boolean {
  return kind !== 'remote' && NO_LICENCE.includes(code);
}

function tellsOf(failure: Failure, planned: PlannedTarget): boolean {
  const { code } = failure.error;
  // An input's tokens are made by the same code everywhere on this device, and finding out takes minutes.
  if (code === 'worker_hung') return failure.planned.kind === 'local' && planned.kind === 'local';
  return areTwins(failure.planned, planned) && OF_FILES.includes(code);
}

/** Two runtimes on one device. */
function areTwins(one: PlannedTarget, other: PlannedTarget): boolean {
  if (one.kind !== 'local' || other.kind !== 'local') return false;
  return one.device === other.device && one.runtime !== other.runtime;
}
