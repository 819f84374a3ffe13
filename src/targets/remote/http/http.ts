/**
 * One request to a provider, tried again where that helps.
 *
 * No HTTP library: `ky` 2.1 was read for it. It reads the body after its retries, so an answer that is cut off isn't tried
 * again; it cuts a longer Retry-After short where we give up; its errors hold the request with the key in it; and it alone is
 * two thirds of this entry's size.
 */
import { APIConnectionError, EmbeddingError } from '../../../errors/errors.js';
import type { SentTexts } from '../../../contract/provider.js';
import { measureTexts } from '../../../util/count-bytes.js';
import { toWellFormed } from '../../../util/well-formed.js';
import { askForKey, type ApiKey } from './api-key.js';
import { exchange, type HttpReply } from './exchange.js';
import type { Pass } from './circuit-breaker.js';
import { describeShape } from './describe-shape.js';
import { isRecord, parseJson } from './json.js';
import { planOutageWait } from './outage.js';
import type { Platform } from './platform.js';
import { boundAnswer } from './read-body.js';
import { redact, type Secrets } from './redact.js';
import { planRetry, type FailedTry, type RetryTerms } from '../../../util/retry-policy.js';
import { findDetail, findExplanation, findRequestId } from './server-detail.js';
import { createStatusError } from './status-error.js';
import { withQuery, type Fields } from './wire-options.js';

/** What holds for every request to one provider. */
export interface HttpSettings {
  /** Named in errors. */
  readonly host: string;
  readonly apiKey: ApiKey | undefined;
  /** The header that carries the key. */
  readonly keyHeaders: (key: string) => Fields;
  /** Sent with every request besides. */
  readonly headers?: Fields;
  /** Put behind every address. */
  readonly query?: Fields;
  /** For each exchange, up to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxRetries: number;
  /** Told of each exchange that carries texts, just before it goes. */
  readonly onSend: (sent: SentTexts) => void;
}

/** One request. */
export interface HttpRequest {
  readonly url: string;
  /** Sent by POST, as JSON. Absent: GET. */
  readonly body?: object;
  /** What of the user's is in the body. */
  readonly sent?: SentTexts;
  /** Taken out of whatever the server says. */
  readonly texts?: readonly string[];
  /** @default 'always' */
  readonly retry?: RetryTerms['when'];
}

/** What holds for one call, which may take many requests. */
export interface HttpCall {
  /** The call's own deadline: ends exchanges and waits at once. */
  readonly signal: AbortSignal;
  readonly pass: Pass;
  /** Whether a server that is away for a moment is waited for. @default false */
  readonly isLastResort?: boolean;
}

/** The answer's JSON. */
export interface JsonReply {
  readonly body: unknown;
  readonly requestId?: string;
  /** An explanation in it, redacted: some servers answer 200 and say that it failed. */
  readonly detail?: string;
}

type Failure = FailedTry & { readonly error: EmbeddingError };

/** Sends requests under one provider's settings. */
export class Http {
  readonly #settings: HttpSettings;
  readonly #platform: Platform;

  constructor(settings: HttpSettings, platform: Platform) {
    this.#settings = settings;
    this.#platform = platform;
  }

  /**
   * The JSON of a 2xx answer.
   *
   * @throws EmbeddingError by the status; APIConnectionError `connection_failed` or `redirect_refused`;
   *   APIConnectionTimeoutError `timeout`; EmbeddingError `invalid_reply` when it isn't JSON; the signal's reason.
   */
  async send(request: HttpRequest, { signal, pass, isLastResort = false }: HttpCall): Promise<JsonReply> {
    const { maxRetries } = this.#settings;
    const when = request.retry ?? 'always';
    const waitsOut = isLastResort && maxRetries > 0 && when === 'always';
    let downSince: number | undefined;
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.#try(request, signal, pass);
      if ('body' in outcome) return outcome;
      const now = this.#platform.now();
      const random = this.#platform.random();
      downSince = waitsOut && outcome.kind === 'connection' ? (downSince ?? now) : undefined;
      const waitMs =
        planRetry(outcome, { tries, maxRetries, when, now, random }) ??
        (downSince === undefined ? undefined : planOutageWait({ tries, downMs: now - downSince, random }));
      if (waitMs === undefined || !pass.mayRetry()) throw outcome.error;
      await this.#platform.sleep(waitMs, signal);
    }
  }

  async #try(request: HttpRequest, signal: AbortSignal, pass: Pass): Promise<JsonReply | Failure> {
    const { apiKey, keyHeaders, headers = {}, query = {}, timeoutMs, onSend, host } = this.#settings;
    const { sent, texts = [] } = request;
    const key = await askForKey(apiKey, timeoutMs, signal);
    const init = createInit(request.body, { ...headers, ...(key !== undefined && keyHeaders(key)) });
    signal.throwIfAborted();
    if (sent) onSend(sent);
    const maxBytes = boundAnswer(sent ?? measureTexts(texts));
    const url = withQuery(request.url, query);
    const outcome = await exchange(this.#platform, url, init, { host, timeoutMs, maxBytes, signal });
    if ('error' in outcome) {
      if (outcome.kind === 'timeout') pass.timedOut();
      return outcome;
    }
    if (outcome.status < 500) pass.answered();
    const values = [...Object.values(headers), ...Object.values(query)];
    const secrets = { ...(key !== undefined && { key }), values, texts };
    if (outcome.status < 200 || outcome.status >= 300) return this.#readFailure(outcome, secrets);
    if (outcome.isTooLong) throw tooLongError(host, maxBytes);
    return this.#readJson(outcome, secrets);
  }

  #readJson({ text, headers }: HttpReply, secrets: Secrets): JsonReply {
    const body = parseJson(text);
    const requestId = cleanId(findRequestId(headers, body), secrets);
    if (body !== undefined) {
      const words = isRecord(body) ? findExplanation(body) : undefined;
      return {
        body,
        ...(requestId !== undefined && { requestId }),
        ...(words !== undefined && { detail: redact(words, secrets) }),
      };
    }
    const came = text.trim() === '' ? 'an empty body' : text.trim().startsWith('<') ? 'a page of HTML' : 'other text';
    const message = `Expected JSON from ${this.#settings.host}, but got ${came}. Check 'baseURL'.`;
    throw new EmbeddingError('invalid_reply', message, requestId === undefined ? {} : { requestId });
  }

  #readFailure({ status, headers, text }: HttpReply, secrets: Secrets): Failure {
    if (status === 0 || (status >= 300 && status < 400)) throw redirectError(this.#settings.host);
    const found = findDetail(text, headers);
    const requestId = cleanId(found.requestId, secrets);
    const detail = found.detail === undefined ? '' : redact(found.detail, secrets);
    const error = createStatusError(this.#settings.host, status, {
      ...(detail !== '' && { detail }),
      ...(requestId !== undefined && { requestId }),
    });
    return { kind: 'status', status, headers, error };
  }
}

/** The error for an answer that was read and isn't what was asked for. */
export function createReplyError(host: string, expected: string, { body, ...details }: JsonReply): EmbeddingError {
  const reason = details.detail === undefined ? '.' : `: ${details.detail}`;
  const message = `Expected ${expected} from ${host}, but got ${describeShape(body)}${reason}`;
  return new EmbeddingError('invalid_reply', message, details);
}

function tooLongError(host: string, maxBytes: number): EmbeddingError {
  const megabytes = (maxBytes / 1e6).toFixed(1);
  const message = `Expected at most ${megabytes} MB from ${host} for what it was asked, but its answer is longer. The rest wasn't read.`;
  return new EmbeddingError('invalid_reply', message);
}

/** A server that repeats the key or a text as its request's id gets no id. */
function cleanId(requestId: string | undefined, secrets: Secrets): string | undefined {
  return requestId !== undefined && redact(requestId, secrets) === requestId ? requestId : undefined;
}

/** No cookies, no referrer, nothing kept, and no redirect: the browser would send the key on to wherever it points. */
function createInit(body: object | undefined, headers: Fields): RequestInit {
  return {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body, mendText) }),
    redirect: 'manual',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
  };
}

/** Whatever goes into a body, be it an input, a prompt or a name. */
function mendText(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? toWellFormed(value) : value;
}

function redirectError(host: string): APIConnectionError {
  const message = `Expected embeddings from ${host}, but it redirects, which is never followed. Put the final address into 'baseURL'.`;
  return new APIConnectionError('redirect_refused', message);
}
