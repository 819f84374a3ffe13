/** Finds the server's own explanation in the body of an error, whatever the server. */

import { isRecord, parseJson } from './json.js';

/** What a server's error says of itself; not redacted yet. */
export interface ServerDetail {
  readonly detail?: string;
  readonly requestId?: string;
}

/**
 * Source: OpenAI `error.message`; Text Embeddings Inference and Ollama `error`; FastAPI `detail`, a text or a list of
 * `{ msg }`; Segmind `detail`, `message` or `error`.
 *
 * @param text - the body. Plain text is an explanation; a page of HTML, as proxies send, is none.
 */
export function findDetail(text: string, headers: Headers): ServerDetail {
  const body = parseJson(text);
  const detail = body === undefined ? findPlain(text) : findExplanation(body);
  const requestId = findRequestId(headers, body);
  return { ...(detail !== undefined && { detail }), ...(requestId !== undefined && { requestId }) };
}

/** The server's id of a request, from its headers or its body; only where it looks like one. */
export function findRequestId(headers: Headers, body: unknown): string | undefined {
  const candidates = [headers.get('x-request-id'), headers.get('request-id'), isRecord(body) && body['request_id']];
  return candidates.find((value): value is string => typeof value === 'string' && /^[\w.:-]{1,128}$/.test(value));
}

/** The explanation in a JSON value that may be no error at all; undefined when there is none. */
export function findExplanation(body: unknown): string | undefined {
  return findIn(body, 0);
}

function findIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (depth > 3) return undefined;
  if (Array.isArray(value)) {
    const found = value.map((item: unknown) => findIn(item, depth + 1)).filter((item) => item !== undefined);
    return found.length === 0 ? undefined : found.join('; ');
  }
  if (!isRecord(value)) return undefined;
  for (const name of ['error', 'detail', 'message', 'msg', 'reason']) {
    const found = findIn(value[name], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findPlain(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.startsWith('<') ? undefined : trimmed;
}
