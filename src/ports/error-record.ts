/** Errors as plain records, since neither structured clone nor Comlink keeps their class and fields. */
import type { ErrorCode } from '../errors/codes.js';
import {
  APIConnectionTimeoutError,
  BadRequestError,
  EmbeddingError,
  IntegrityError,
  ModelLoadError,
  NotFoundError,
  RateLimitError,
  WorkerDiedError,
  isEmbeddingError,
} from '../errors/errors.js';

/** An error that can cross to another realm by structured clone. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly param?: string;
  readonly index?: number;
  readonly url?: string;
  readonly stack?: string;
  readonly cause?: ErrorRecord;
}

/** Causes deeper than this are dropped: they never help and may be circular. */
const MAX_CAUSE_DEPTH = 2;

/** A plain object, which bundlers leave out of a worker that only makes records. */
const CLASSES: Readonly<Record<string, typeof EmbeddingError>> = {
  APIConnectionTimeoutError,
  BadRequestError,
  IntegrityError,
  ModelLoadError,
  NotFoundError,
  RateLimitError,
  WorkerDiedError,
};

/** The record of any thrown value; a value that isn't an Error keeps its text. */
export function toErrorRecord(error: unknown, depth = 0): ErrorRecord {
  if (!(error instanceof Error)) return { name: 'Error', message: toText(error) };
  const known = isEmbeddingError(error) ? error : undefined;
  return {
    name: error.name,
    message: error.message,
    ...(known && { code: known.code }),
    ...(known?.param !== undefined && { param: known.param }),
    ...(known?.index !== undefined && { index: known.index }),
    ...(known?.url !== undefined && { url: known.url }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined && depth < MAX_CAUSE_DEPTH && { cause: toErrorRecord(error.cause, depth + 1) }),
  };
}

/** String() throws for some values, such as an object without a prototype. */
function toText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value without a text';
  }
}

/** The error a record was made of, with its class, code and fields; unknown errors become code `internal`. */
export function fromErrorRecord(record: ErrorRecord): EmbeddingError {
  const ErrorClass = (Object.hasOwn(CLASSES, record.name) && CLASSES[record.name]) || EmbeddingError;
  const error = new ErrorClass(record.code ?? 'internal', record.message, {
    ...(record.param !== undefined && { param: record.param }),
    ...(record.index !== undefined && { index: record.index }),
    ...(record.url !== undefined && { url: record.url }),
    ...(record.cause && { cause: fromErrorRecord(record.cause) }),
  });
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}
