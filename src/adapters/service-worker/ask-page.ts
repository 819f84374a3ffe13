/** Asks one page, and notices when it can't answer any more. */
import {
  PING_MS,
  type FromPage,
  type PackedRequest,
  type PackedResponse,
  type ToPage,
} from '../../ports/page-messages.js';
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
  let unanswered = 0;
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
        unanswered = 0;
        if (data.kind === 'response') resolve(data.response);
      };
      const look = async (): Promise<void> => {
        if (asker.id !== '' && (await clients.get(asker.id)) === undefined) {
          abort(new DOMException('The page that asked was closed.', 'AbortError'));
        }
        if ((await clients.get(id)) === undefined || unanswered >= MAX_UNANSWERED) resolve(undefined);
        unanswered += 1;
        send(port, { kind: 'ping' });
      };
      timer = setInterval(() => void look().catch(reject), PING_MS);
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
