/** The page's side: answers what the service worker asks. */
import { EmbeddingError } from '../../errors/errors.js';
import { createFetch, type FetchClient, type FetchOptions } from '../fetch/index.js';
import { answerCalls, type Answer } from '../../links/answer-calls.js';
import {
  OFFER,
  PING_MS,
  type FromPage,
  type PackedRequest,
  type PackedResponse,
  type ToPage,
} from '../../ports/page-messages.js';

/** After so many intervals without a ping the service worker was stopped. The browser has it asked anew when it starts again. */
const MAX_MISSED = 8;

/** The options of `serveEmbeddings()`. */
export type ServeOptions = Pick<FetchOptions, 'modelAliases'>;

/**
 * Lets this page's client answer the requests that the site's service worker takes with `createRoute()`, from any page, frame or
 * worker of the site. Call it once in a page, and again after a reload; nothing has to be told to the service worker.
 *
 * The function it returns ends that: requests under way are still answered.
 *
 * @throws EmbeddingError `device_unsupported` where there are no service workers, as on http: pages; BadRequestError for an
 *   unknown option or an impossible value.
 * @example
 * serveEmbeddings(new EmbeddingClient());
 * await navigator.serviceWorker.register('/sw.js', { type: 'module' });
 */
export function serveEmbeddings(client: FetchClient, options: ServeOptions = {}): () => void {
  const answer = createFetch(client, options);
  const container = findContainer();
  const onMessage = (event: MessageEvent<unknown>): void => {
    const [port] = event.ports;
    if (!port || !isOffer(event.data)) return;
    // Neither a second client of the page nor the app's own listeners have a use for it.
    event.stopImmediatePropagation();
    answerOn(port, answer);
  };
  container.addEventListener('message', onMessage);
  return () => {
    container.removeEventListener('message', onMessage);
  };
}

function answerOn(port: MessagePort, answer: typeof fetch): void {
  let missed = 0;
  let isGivenUp = false;
  port.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
    missed = 0;
    // One that has been given up is nobody's reason to wait.
    if (data.kind === 'ping' && !isGivenUp) port.postMessage({ kind: 'alive' } satisfies FromPage);
  });
  const giveUp = answerCalls<PackedRequest, PackedResponse>(port, async (request, signal) => {
    // Nothing tells that the other end of a port is gone with its service worker: tried in Chromium 156.
    const timer = setInterval(() => {
      missed += 1;
      if (missed <= MAX_MISSED) return;
      isGivenUp = true;
      giveUp();
    }, PING_MS);
    try {
      return await answerRequest(request, answer, signal);
    } finally {
      clearInterval(timer);
    }
  });
  port.postMessage({ kind: 'ready' } satisfies FromPage);
}

async function answerRequest(
  { url, method, body }: PackedRequest,
  answer: typeof fetch,
  signal: AbortSignal,
): Promise<Answer<PackedResponse>> {
  const response = await answer(url, { method, signal, ...(body && { body }) });
  const buffer = await response.arrayBuffer();
  return { value: { status: response.status, headers: [...response.headers], body: buffer }, transfer: [buffer] };
}

function isOffer(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === OFFER;
}

function findContainer(): ServiceWorkerContainer {
  const { navigator } = globalThis as { readonly navigator?: { readonly serviceWorker?: ServiceWorkerContainer } };
  let cause: unknown;
  try {
    if (navigator?.serviceWorker) return navigator.serviceWorker;
  } catch (error) {
    // Sandboxed frames, and pages whose site data is blocked, may be refused the very name.
    cause = error;
  }
  const message =
    'Expected a page that may have a service worker, but this one has none. Serve it by https or from localhost, and let it store data.';
  throw new EmbeddingError('device_unsupported', message, { ...(cause !== undefined && { cause }) });
}
