/** Asks one page, and notices when it can't answer any more. */
import type { FromPage, PackedRequest, PackedResponse, ToPage } from './messages.js';
import type { PageClients, ReadyPage } from './page-search.js';

/** How often a page is looked after while it computes, which is its workers' work: it has time to say that it lives. */
const LOOK_MS = 500;
/** A page that is silent for so long is frozen or stuck. */
const SILENCE_MS = 10_000;

/** Whom a page answers. */
export interface Asker {
  /** The page or worker that asks; empty when the browser doesn't say. */
  readonly id: string;
  /** Aborts when it gives up. */
  readonly signal: AbortSignal;
}

/**
 * The page's response; undefined when it was closed or has fallen silent.
 *
 * @throws the signal's reason, and AbortError when the asker was closed; the page is told.
 */
export async function askPage(
  { id, port }: ReadyPage,
  request: PackedRequest,
  clients: PageClients,
  asker: Asker,
): Promise<PackedResponse | undefined> {
  const { signal } = asker;
  let heardAt = performance.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<PackedResponse | undefined>((resolve, reject) => {
      const abort = (reason: unknown): void => {
        send(port, { kind: 'abort' });
        reject(reason);
      };
      onAbort = (): void => {
        abort(signal.reason);
      };
      signal.addEventListener('abort', onAbort);
      port.onmessage = ({ data }: MessageEvent<FromPage>) => {
        heardAt = performance.now();
        if (data.kind === 'response') resolve(data.response);
      };
      const look = async (): Promise<void> => {
        if (asker.id !== '' && (await clients.get(asker.id)) === undefined) {
          abort(new DOMException('The page that asked was closed.', 'AbortError'));
        }
        const isThere = (await clients.get(id)) !== undefined && performance.now() - heardAt < SILENCE_MS;
        if (isThere) send(port, { kind: 'ping' });
        else resolve(undefined);
      };
      timer = setInterval(() => void look().catch(reject), LOOK_MS);
      send(port, { kind: 'request', request });
    });
  } finally {
    clearInterval(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

function send(port: MessagePort, message: ToPage): void {
  port.postMessage(message);
}
