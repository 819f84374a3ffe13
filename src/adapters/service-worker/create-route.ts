/** The service worker's side: takes requests, and has a page answer them. */
import { APIConnectionError } from '../../errors/errors.js';
import { findEndpoint, isNamedByModel, type Base } from '../fetch/endpoints.js';
import { readBaseUrl, readNames } from '../fetch/fetch-options.js';
import { createErrorReply, makeRequestId, toResponse } from '../fetch/reply.js';
import { checkInteger, checkKnown, checkObject } from '../../util/check-value.js';
import { startDeadline, waitUnder } from '../../util/deadline.js';
import { askPage, type Asker } from './ask-page.js';
import { fromErrorRecord } from '../../ports/error-record.js';
import type { Outcome } from '../../ports/outcome.js';
import type { PackedRequest, PackedResponse } from '../../ports/page-messages.js';
import { PageSearch, type PageClients } from './page-search.js';

/** The options of `createRoute()`. Unknown options are refused by name. */
export interface RouteOptions {
  /**
   * Requests below this URL are answered; it may end in `/v1`. It can be another site's, such as `https://api.openai.com/v1`;
   * not that of a provider which the pages' clients ask. Relative to the service worker when not absolute.
   *
   * @default '/'
   */
  readonly baseURL?: string;
  /** Models for which Segmind's `POST /v1/{model}` and `/v2/{model}` are answered. @default none */
  readonly models?: readonly string[];
  /** Milliseconds to wait for a page that answers, before the request gets status 503. @default 10_000 */
  readonly pageTimeoutMs?: number;
  /**
   * Milliseconds for a request in all, before it gets status 408.
   *
   * @default 240_000, since a browser may end a service worker whose answer takes five minutes
   */
  readonly timeoutMs?: number;
}

/** What of a `FetchEvent` is used. */
export interface RouteEvent {
  /** What is asked. */
  readonly request: Request;
  /** The page that asks. */
  readonly clientId: string;
  /** Takes the request. */
  respondWith(response: Promise<Response>): void;
}

interface RouteSettings {
  readonly base: Base | undefined;
  readonly models: readonly string[];
  readonly pageTimeoutMs: number;
  readonly timeoutMs: number;
}

/** What a page of another model, or one that can't compute, answers: another may have more. */
const MAY_HAVE_BETTER = [404, 503];
/** How long others may take to come forward then. */
const BETTER_MS = 200;

/**
 * A listener for a service worker's `fetch` events. It takes the requests that `createFetch()` answers, and returns whether it
 * took one; all others are left as they are.
 *
 * A service worker can't compute: a page that has called `serveEmbeddings()` does, the one that asks if it can. When it is
 * closed meanwhile another one answers. Without any, the request gets status 503; no request waits for ever. Nothing is kept
 * between two requests, so the browser may stop the service worker and start it again.
 *
 * @throws BadRequestError for an unknown option or an impossible value; `param` names it.
 * @example
 * const route = createRoute();
 * addEventListener('fetch', (event) => {
 *   if (!route(event)) event.respondWith(fetch(event.request)); // or whatever the app does
 * });
 */
export function createRoute(options: RouteOptions = {}): (event: RouteEvent) => boolean {
  checkObject(options, 'the options');
  checkKnown(options, { baseURL: true, models: true, pageTimeoutMs: true, timeoutMs: true }, 'option');
  const settings: RouteSettings = {
    base: readBaseUrl(options.baseURL ?? '/'),
    models: readNames('models', options.models),
    pageTimeoutMs: checkInteger('pageTimeoutMs', options.pageTimeoutMs ?? 10_000, 0),
    timeoutMs: checkInteger('timeoutMs', options.timeoutMs ?? 240_000, 1),
  };
  return (event) => {
    const endpoint = findEndpoint(new URL(event.request.url), settings.base);
    if (!endpoint || (isNamedByModel(endpoint) && !settings.models.includes(endpoint.argument))) return false;
    event.respondWith(respond(event, settings));
    return true;
  };
}

/** Never rejects. */
async function respond({ request, clientId }: RouteEvent, settings: RouteSettings): Promise<Response> {
  const { clients } = globalThis as unknown as { readonly clients: PageClients };
  const deadline = startDeadline(request.signal, settings.timeoutMs);
  const search = new PageSearch(clients, clientId);
  try {
    const answer = async (): Promise<Response> =>
      askPages(await pack(request), clients, search, settings.pageTimeoutMs, { id: clientId, signal: deadline.signal });
    return await waitUnder(deadline.signal, answer());
  } catch (error) {
    // Nobody waits for it. Chromium doesn't say so, and work that was asked for by a page that is still open goes on.
    // Source: w3c/ServiceWorker#1544, and tried in Chromium 156.
    if (request.signal.aborted) return Response.error();
    return toResponse(createErrorReply(error), makeRequestId());
  } finally {
    search.close();
    deadline.clear();
  }
}

/** One page after the other, until one has answered. */
async function askPages(
  request: PackedRequest,
  clients: PageClients,
  search: PageSearch,
  waitMs: number,
  asker: Asker,
): Promise<Response> {
  let refusal: Response | undefined;
  for (;;) {
    const page = await search.next(refusal ? BETTER_MS : waitMs, asker.signal);
    if (!page) {
      if (refusal) return refusal;
      throw noPage(waitMs);
    }
    const outcome = await askPage(page, request, clients, asker);
    const response = outcome && unpack(outcome);
    if (response && !MAY_HAVE_BETTER.includes(response.status)) return response;
    refusal ??= response;
  }
}

async function pack(request: Request): Promise<PackedRequest> {
  const { url, method } = request;
  const body = await request.blob();
  return { url, method, body: body.size === 0 ? undefined : body };
}

function unpack(outcome: Outcome<PackedResponse>): Response {
  if (!outcome.ok) {
    const { error } = outcome;
    // Of an error that isn't the library's own, nobody knows what its message quotes.
    return toResponse(createErrorReply(error.code && fromErrorRecord(error)), makeRequestId());
  }
  const { status, headers, body } = outcome.value;
  return new Response(body, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) });
}

function noPage(waitMs: number): APIConnectionError {
  const message = `Expected an open page of this site that calls serveEmbeddings(), but none answered within ${String(waitMs)} ms. Open one, and try again.`;
  return new APIConnectionError('connection_failed', message, { status: 503 });
}
