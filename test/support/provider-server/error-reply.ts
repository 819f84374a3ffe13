/** Errors in the forms servers explain them. */
import { jsonReply, type Reply } from './reply.js';
import type { ErrorShape, StatusFault } from './wire.js';

/** What an error may quote of the request. */
export interface Quotable {
  readonly texts: readonly string[];
  readonly key: string;
}

/** The names of the statuses the seeds list, and of those that others send. */
const NAMES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Insufficient Credits',
  408: 'Request Timeout',
  409: 'Conflict',
  422: 'Unprocessable Entity',
  429: 'Rate Limited',
  500: 'Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Timeout',
};

/** An error in one of the forms. */
export function errorReply(status: number, shape: ErrorShape, quotable: Quotable, message = NAMES[status]): Reply {
  return SHAPES[shape](status, message ?? `Status ${String(status)}`, quotable);
}

/** The error a test has scripted. */
export function scriptedError(fault: StatusFault, quotable: Quotable): Reply {
  const reply = errorReply(fault.status, fault.shape ?? 'openai', quotable, fault.message);
  const { retryAfterDateMs } = fault;
  return {
    ...reply,
    ...(fault.cors !== undefined && { cors: fault.cors }),
    headers: {
      ...fault.headers,
      ...(retryAfterDateMs !== undefined && { 'retry-after': new Date(Date.now() + retryAfterDateMs).toUTCString() }),
    },
  };
}

type Make = (status: number, message: string, quotable: Quotable) => Reply;

const SHAPES: Readonly<Record<ErrorShape, Make>> = {
  openai: (status, message) => jsonReply(status, openAiError(status, message)),
  fastapi: (status, message) => jsonReply(status, { detail: message }),
  // Pydantic quotes the input it refuses.
  'fastapi-list': (status, message, { texts }) =>
    jsonReply(status, {
      detail: [
        {
          type: 'string_too_long',
          loc: ['body', 'input', 0],
          msg: message,
          input: texts[0] ?? '',
          ctx: { max_length: 10 },
        },
      ],
    }),
  segmind: (status, message) => jsonReply(status, { error: message }),
  message: (status, message) => jsonReply(status, { message, success: false }),
  text: (status, message) => ({ status, body: message, contentType: 'text/plain' }),
  html: (status, message) => ({
    status,
    body: `<!doctype html><html><head><title>${message}</title></head><body><h1>${message}</h1></body></html>`,
    contentType: 'text/html; charset=utf-8',
  }),
  empty: (status) => ({ status, body: '', contentType: 'application/json' }),
  echo: (status, message, quotable) =>
    jsonReply(status, { ...openAiError(status, quote(message, quotable)), quotable }),
  'echo-text': (status, message, quotable) => ({ status, body: quote(message, quotable), contentType: 'text/plain' }),
  // Shortened, as servers do with long texts and keys: nothing of it equals the whole.
  'echo-part': (status, message, { texts, key }) =>
    jsonReply(status, {
      detail: `${message}: '${(texts[0] ?? '').slice(0, 24)}…' with the key ${key.slice(0, 10)}***${key.slice(-4)}`,
    }),
};

function openAiError(status: number, message: string): object {
  return { error: { message, type: status < 500 ? 'invalid_request_error' : 'api_error', param: null, code: null } };
}

/** The texts plain and as JSON would escape them. */
function quote(message: string, { texts, key }: Quotable): string {
  return `${message}: ${texts.join(' | ')} (${JSON.stringify(texts)}) with the key ${key}, Bearer ${key}`;
}
