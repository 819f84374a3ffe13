/** The error classes, with OpenAI's names and fields. Messages say what was expected, what came and what to do. */
import { ERROR_TRAITS, type ErrorCode } from './codes.js';

/** Shared by every copy of this library in a page, so that {@link isEmbeddingError} knows errors of another copy. */
const BRAND = Symbol.for('inpage-embeddings.error');

/** What an error can carry besides its message and code. */
export interface ErrorDetails {
  /** The request parameter or client option at fault. */
  readonly param?: string;
  /** The input at fault, by its position in the call. */
  readonly index?: number;
  /** The file at fault, without credentials. */
  readonly url?: string;
  /** The HTTP status a server answered with, where it is another than the code's own. */
  readonly status?: number;
  /** The server's id of the request. */
  readonly requestId?: string;
  /** The server's own explanation, without texts and keys. */
  readonly detail?: string;
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
  /** The HTTP status the server answered with, or OpenAI's API would have; absent where there is none. */
  readonly status: number | undefined;
  /** OpenAI's error type. */
  readonly type: string;
  /** The request parameter or client option at fault. */
  readonly param: string | undefined;
  /** Which of the call's inputs is at fault, from 0, where one is: the call works without it. */
  readonly index: number | undefined;
  /** The file at fault. */
  readonly url: string | undefined;
  /** The server's id of the request, to name when asking its makers; absent for local work. */
  readonly requestId: string | undefined;
  /** The server's own explanation, without texts and keys. */
  readonly detail: string | undefined;
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean;
  /** Whether another target may succeed where this one failed. */
  readonly canFallBack: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    const traits = ERROR_TRAITS[code];
    this.code = code;
    this.status = details.status ?? traits.status;
    this.type = traits.type;
    this.retryable = traits.retryable;
    this.canFallBack = traits.canFallBack;
    this.param = details.param;
    this.index = details.index;
    this.url = details.url;
    this.requestId = details.requestId;
    this.detail = details.detail;
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

/** The provider doesn't know the key, or got none. Status 401. */
export class AuthenticationError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'AuthenticationError';
}

/** The key may not do this. Status 403. */
export class PermissionDeniedError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'PermissionDeniedError';
}

/** The account has no credit left. Status 406. */
export class InsufficientCreditsError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'InsufficientCreditsError';
}

/** The provider was doing something else with the same thing. Status 409; try again. */
export class ConflictError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'ConflictError';
}

/** The provider understood the request and can't carry it out. Status 422. */
export class UnprocessableEntityError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'UnprocessableEntityError';
}

/** The provider failed. Status 500 or above; it has been tried again already. */
export class InternalServerError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'InternalServerError';
}

/** No answer came: the network, the browser's rules for other origins, a redirect, or a provider that rests. */
export class APIConnectionError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'APIConnectionError';
}

/** Text would have left the device, and the app said no: by `policy`, `onEgress`, or `otherwise` of `createFetch()`. Nothing was sent. */
export class EgressDeniedError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'EgressDeniedError';
}

/** A job ended as FAILED. Status 422; `detail` has the reason, and `request_id` the job, for `client.jobs.resume()`. */
export class InferenceFailed extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'InferenceFailed';
  /** The job's id. */
  readonly request_id: string;

  constructor(requestId: string, detail: string, cause?: unknown) {
    const message = `The job '${requestId}' failed: ${detail}`;
    super('inference_failed', message, { requestId, detail, ...(cause !== undefined && { cause }) });
    this.request_id = requestId;
  }
}

/**
 * A job wasn't done when `wait()` ended. The job goes on; wait again, or retrieve it by `request_id` later. `detail` says what it
 * waits for, if it does.
 */
export class InferenceTimeout extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'InferenceTimeout';
  /** The job's id. */
  readonly request_id: string;

  constructor(requestId: string, timeoutMs: number, detail?: string) {
    const reason = detail === undefined ? '' : ` It waits: ${detail}`;
    const message = `Expected the job '${requestId}' to be done within ${String(timeoutMs)} ms, but it isn't. It goes on: wait again, or retrieve it later.${reason}`;
    super('inference_timeout', message, { requestId, ...(detail !== undefined && { detail }) });
    this.request_id = requestId;
  }
}

/** A model, runtime or worker file is missing, damaged or can't be used; `url` names it. The next call tries again. */
export class ModelLoadError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'ModelLoadError';
}

/** A model's files aren't those its first vectors were made with, so its vectors may not be of their space. Status 409. */
export class IntegrityError extends EmbeddingError {
  /** The class's name, which minifying doesn't change. */
  override readonly name = 'IntegrityError';
}

/** The worker ended, or hung over one input, more often than a call is tried again for. */
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

  constructor(
    expected: string,
    actual: string,
    { note, cause }: { readonly note?: string; readonly cause?: unknown } = {},
  ) {
    const message = `Expected vectors of the space '${expected}', but these are of '${actual}', and comparing them would mean nothing. Use a target of the first space; or embed everything anew, after client.forgetSpace().`;
    super('space_mismatch', note === undefined ? message : `${message} ${note}`, cause === undefined ? {} : { cause });
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
