/** The error classes, with OpenAI's names and fields. Messages say what was expected, what came and what to do. */
import { ERROR_TRAITS, type ErrorCode } from './codes.js';

/** Shared by every copy of this library in a page, so that {@link isEmbeddingError} knows errors of another copy. */
const BRAND = Symbol.for('inpage-embeddings.error');

/** What an error can carry besides its message and code. */
export interface ErrorDetails {
  /** The request parameter or client option at fault. */
  readonly param?: string;
  /** The file at fault, without credentials. */
  readonly url?: string;
  /** What led to this error. */
  readonly cause?: unknown;
}

/**
 * The base of every error this library throws.
 *
 * No message, field or cause holds the text to embed, a vector or a key.
 */
export class EmbeddingError extends Error {
  /** The class's name, which minifying doesn't change. */
  override readonly name: string = 'EmbeddingError';
  /** What went wrong, for programs. */
  readonly code: ErrorCode;
  /** The HTTP status OpenAI's API would have answered with; absent where there is none. */
  readonly status: number | undefined;
  /** OpenAI's error type. */
  readonly type: string;
  /** The request parameter or client option at fault. */
  readonly param: string | undefined;
  /** The file at fault. */
  readonly url: string | undefined;
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean;
  /** Whether another target may succeed where this one failed. */
  readonly canFallBack: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    const traits = ERROR_TRAITS[code];
    this.code = code;
    this.status = traits.status;
    this.type = traits.type;
    this.retryable = traits.retryable;
    this.canFallBack = traits.canFallBack;
    this.param = details.param;
    this.url = details.url;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** The request can't be answered as it stands: fix the call. Status 400; `param` names the parameter. */
export class BadRequestError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'BadRequestError';
}

/** What the request names doesn't exist. Status 404; `param` names the parameter. */
export class NotFoundError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'NotFoundError';
}

/** More is waiting than the queue may hold. Status 429; try again when some calls have been answered. */
export class RateLimitError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'RateLimitError';
}

/** The call took longer than its `timeoutMs`. */
export class APIConnectionTimeoutError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'APIConnectionTimeoutError';
}

/** A model, runtime or worker file is missing, damaged or can't be used; `url` names it. The next call tries again. */
export class ModelLoadError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'ModelLoadError';
}

/** The worker ended more often than a call is tried again for. */
export class WorkerDiedError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'WorkerDiedError';
}

/** Vectors of another space would have been mixed with those there are. `expected` and `actual` name both. */
export class SpaceMismatchError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'SpaceMismatchError';
  /** The space the vectors have to be of. */
  readonly expected: string;
  /** The space of those that came. */
  readonly actual: string;

  constructor(expected: string, actual: string) {
    const message = `Expected vectors of the space '${expected}', but these are of '${actual}', and comparing them would mean nothing. Embed everything anew with one of them.`;
    super('space_mismatch', message);
    this.expected = expected;
    this.actual = actual;
  }
}

/** One target that was tried, and what came of it. */
export interface FailedAttempt {
  /** The target's `id` in `client.capabilities().plan`. */
  readonly target: string;
  /** Why it couldn't answer. */
  readonly error: EmbeddingError;
}

/** More than one target was tried, and none could answer. `attempts` has each one's error, in order. */
export class AllTargetsFailedError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'AllTargetsFailedError';
  /** What was tried, in order. */
  readonly attempts: readonly FailedAttempt[];

  constructor(attempts: readonly FailedAttempt[]) {
    const list = attempts.map(({ target, error }) => `${target}: ${error.message}`).join(' ');
    super('all_targets_failed', `No target could answer. ${list}`, { cause: attempts.at(-1)?.error });
    this.attempts = attempts;
  }
}

/**
 * Whether `error` comes from this library, from any copy of it in the page.
 *
 * @param code - when given, the error must carry this code as well.
 */
export function isEmbeddingError(error: unknown, code?: ErrorCode): error is EmbeddingError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
