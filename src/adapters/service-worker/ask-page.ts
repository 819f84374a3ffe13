/** Asks one page, and notices when it can't answer any more. */
import { Caller } from '../../links/caller.js';
import type { Outcome } from '../../ports/outcome.js';
import { PING_MS, type PackedRequest, type PackedResponse, type ToPage } from '../../ports/page-messages.js';
import { startDeadline, waitUnder } from '../../util/deadline.js';
import type { PageClients, ReadyPage } from './page-search.js';

/** A page that leaves so many pings unanswered is frozen or stuck. */
const MAX_UNANSWERED = 20;

/** Whom a page answers. */
export interface Asker {
  /** The page or worker that asks; empty when the browser doesn't say. */
  readonly id: string;
  /** Aborts when it gives up. */
  readonly signal: AbortSignal;
}

/**
 * The page's response, or what went wrong in it; undefined when it was closed or has fallen silent.
 *
 * @throws the signal's reason, and AbortError when the asker was closed; the page is told.
 */
export async function askPage(
  { id, port }: ReadyPage,
  request: PackedRequest,
  clients: PageClients,
  asker: Asker,
): Promise<Outcome<PackedResponse> | undefined> {
  asker.signal.throwIfAborted();
  const call = startDeadline(asker.signal, undefined);
  let unanswered = 0;
  port.addEventListener('message', () => {
    unanswered = 0;
  });
  const isGone = async (): Promise<boolean> => {
    if (asker.id !== '' && (await clients.get(asker.id)) === undefined) {
      call.cancel(new DOMException('The page that asked was closed.', 'AbortError'));
    }
    if ((await clients.get(id)) === undefined || unanswered >= MAX_UNANSWERED) return true;
    unanswered += 1;
    port.postMessage({ kind: 'ping' } satisfies ToPage);
    return false;
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  const gone = new Promise<undefined>((resolve, reject) => {
    timer = setInterval(() => {
      isGone().then((is) => {
        if (is) resolve(undefined);
      }, reject);
    }, PING_MS);
  });
  try {
    const answer = new Caller<PackedRequest, PackedResponse>(port).ask(request, [], call.signal);
    return await waitUnder(call.signal, Promise.race([answer, gone]));
  } finally {
    clearInterval(timer);
    call.clear();
  }
}
