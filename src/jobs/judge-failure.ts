/** What a failure means for a job. Pure. */
import type { ErrorCode } from '../errors/codes.js';
import { AllTargetsFailedError, isEmbeddingError } from '../errors/errors.js';

/**
 * `input`: one of the inputs is impossible, and the others aren't. `suspect`: one of them may be what ended the worker.
 * `passing`: it may work later. `unclear`: as well, unless an input brings it about each time. `doubtful`: as well, but hardly
 * for ever. `final`: only the app can do something.
 */
export type Verdict = 'input' | 'suspect' | 'passing' | 'unclear' | 'doubtful' | 'final';

const OF_INPUT: readonly ErrorCode[] = [
  'empty_string',
  'empty_array',
  'invalid_type',
  'invalid_value',
  'array_above_max_length',
  'integer_below_min_value',
  'integer_above_max_value',
  'context_length_exceeded',
  'bad_request',
  'unprocessable',
  'invalid_vector',
  'invalid_reply',
  'inference_failed',
];

/** What an input can do to a worker, and a device by itself as well. */
const SUSPECT: readonly ErrorCode[] = ['worker_died', 'worker_hung', 'device_lost', 'internal'];

/** What an outage does to a provider, and an input that its server stumbles over as well. */
const UNCLEAR: readonly ErrorCode[] = ['server_error', 'connection_failed', 'timeout'];

/** A hub without the file, which answers so during some outages too. */
const DOUBTFUL: readonly ErrorCode[] = ['model_file_missing', 'model_file_damaged'];

/** In the order in which they count where several targets were asked. */
const ORDER: readonly Verdict[] = ['passing', 'unclear', 'doubtful', 'suspect', 'input', 'final'];

/** What a failure means. Full storage passes: somebody may make room, and what is stored is kept meanwhile. */
export function judgeFailure(error: unknown): Verdict {
  if (!isEmbeddingError(error)) return 'final';
  if (error instanceof AllTargetsFailedError) {
    const verdicts = error.attempts.map((attempt) => judgeFailure(attempt.error));
    return ORDER.find((verdict) => verdicts.includes(verdict)) ?? 'final';
  }
  const { code, retryable } = error;
  if (OF_INPUT.includes(code)) return 'input';
  if (SUSPECT.includes(code)) return 'suspect';
  if (UNCLEAR.includes(code)) return 'unclear';
  if (DOUBTFUL.includes(code)) return 'doubtful';
  return retryable || code === 'insufficient_storage' ? 'passing' : 'final';
}

/** Why it happened, in words that hold no text of a job: an error from elsewhere may. */
export function describeFailure(error: unknown): string {
  if (isEmbeddingError(error)) return error.detail ?? error.message;
  return `An unexpected error: ${error instanceof Error ? error.name : typeof error}.`;
}
