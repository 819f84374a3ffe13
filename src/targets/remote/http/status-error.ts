/** The typed error for an HTTP status. */
import type { ErrorCode } from '../../../errors/codes.js';
import {
  APIConnectionTimeoutError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  EmbeddingError,
  type ErrorDetails,
  InsufficientCreditsError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from '../../../errors/errors.js';

/** Class, code, and what to do. */
type Row = readonly [ErrorClass: typeof EmbeddingError, code: ErrorCode, advice: string];

/** Source: OpenAI's status classes, and Segmind's "Common Error Codes" for 406. */
const BY_STATUS: Readonly<Record<number, Row>> = {
  400: [BadRequestError, 'bad_request', "Check the model's name and what it takes."],
  401: [AuthenticationError, 'authentication_failed', "Check 'apiKey'."],
  403: [PermissionDeniedError, 'permission_denied', 'Check what the key may do.'],
  404: [NotFoundError, 'not_found', "Check 'baseURL' and 'model'."],
  406: [InsufficientCreditsError, 'insufficient_credits', 'Add credit to the account.'],
  408: [APIConnectionTimeoutError, 'timeout', 'Try again later.'],
  409: [ConflictError, 'conflict', 'Try again.'],
  413: [EmbeddingError, 'bad_request', "Send shorter texts, or fewer at once with 'maxInputs'."],
  422: [UnprocessableEntityError, 'unprocessable', 'Check what the model takes.'],
  429: [RateLimitError, 'rate_limited', "Try again later, or lower 'maxConcurrency'."],
};
const SERVER: Row = [InternalServerError, 'server_error', 'Try again later.'];
const OTHER: Row = [EmbeddingError, 'bad_request', 'Check the request and the provider.'];

/**
 * The error for an answer of `status`, which is kept.
 *
 * @param host - named in the message.
 * @param details - `detail` is redacted already.
 */
export function createStatusError(host: string, status: number, details: ErrorDetails): EmbeddingError {
  const [ErrorClass, code, advice] = BY_STATUS[status] ?? (status >= 500 ? SERVER : OTHER);
  const reason = details.detail === undefined ? '' : `: ${details.detail}`;
  const end = /[.!?…]$/.test(reason) ? ' ' : '. ';
  const message = `Expected embeddings from ${host}, but it answered ${String(status)}${reason}${end}${advice}`;
  return new ErrorClass(code, message, { ...details, status });
}
