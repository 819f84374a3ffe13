/** Replies, and errors as replies: by their status, in OpenAI's shape. */
import type { ErrorCode } from '../../errors/codes.js';
import { EmbeddingError, isEmbeddingError } from '../../errors/errors.js';

/** A reply before it is written. */
export interface Reply {
  readonly status: number;
  /** Becomes JSON. */
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What went wrong between this device and a provider. */
const BEHIND: readonly ErrorCode[] = ['connection_failed', 'redirect_refused', 'provider_resting', 'invalid_reply'];

/** Seconds after which a full queue is worth another try. */
const RETRY_AFTER_S = '1';

/** The id of a request, of the form OpenAI's have. */
export function makeRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `req_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The reply as `fetch` gives it. */
export function toResponse({ status, body, headers }: Reply, requestId: string): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': requestId, ...headers },
  });
}

/**
 * The reply that tells an error: `{ error: { message, type, param, code } }`.
 *
 * @param fields - what the body says besides.
 */
export function createErrorReply(thrown: unknown, fields: object = {}): Reply {
  // Of an error that isn't the library's own, nobody knows what its message quotes.
  const error = isEmbeddingError(thrown)
    ? thrown
    : new EmbeddingError('internal', 'Something failed in this page that should not have. Please report it.');
  const { message, type, param = null, code, retryable } = error;
  const status = findStatus(error);
  const advice = code === 'model_not_found' ? ` Or name it in 'modelAliases', if this client's vectors will do.` : '';
  return {
    status,
    body: { ...fields, error: { message: message + advice, type, param, code } },
    headers: {
      // Not a standard header. Source: openai-node, `shouldRetry()` in src/client.ts.
      'x-should-retry': String(retryable),
      ...(status === 429 && { 'retry-after': RETRY_AFTER_S }),
    },
  };
}

/**
 * The same reply with `error` as a text, and what it holds else beside it: Segmind's SDK reads the explanation there.
 *
 * Source: segmind-python 1.3, `SegmindError.from_response()` and `AsyncJob.wait()`.
 */
export function flattenError(reply: Reply): Reply {
  const { error, ...others } = reply.body as { readonly error?: { readonly message: string } };
  if (error === undefined) return reply;
  const { message, ...fields } = error;
  return { ...reply, body: { ...others, ...fields, error: message } };
}

/** Errors of this device have none where OpenAI's API has nothing like them. */
function findStatus({ status, code }: EmbeddingError): number {
  if (status !== undefined && status >= 400 && status <= 599) return status;
  return BEHIND.includes(code) ? 502 : 503;
}
