/** One `Http` under test, with a key and a text that must never show. */
import type { SentTexts } from '../../../../../src/contract/provider.js';
import {
  Http,
  type HttpRequest,
  type HttpSettings,
  type JsonReply,
} from '../../../../../src/targets/remote/http/http.js';
import type { Platform } from '../../../../../src/targets/remote/http/platform.js';
import { createClock, NEVER, OPEN_PASS, startServer, type Handler } from '../support.js';

export const KEY = 'sk-test-Abcd1234Efgh5678';
export const TEXT = 'My diary of Tuesday, which nobody but me may ever read.';

/** Sends one request that carries `TEXT`. */
export interface Sender {
  readonly send: (request?: Partial<HttpRequest>, signal?: AbortSignal) => Promise<JsonReply>;
  readonly clock: ReturnType<typeof createClock>;
  readonly sent: SentTexts[];
}

/** A sender to any server, whose waits are noted. */
export function createSender(
  origin: string,
  settings: Partial<HttpSettings> = {},
  platform: Partial<Platform> = {},
): Sender {
  const clock = createClock();
  const sent: SentTexts[] = [];
  const http = new Http(
    {
      host: 'h',
      apiKey: KEY,
      keyHeaders: (key) => ({ 'x-api-key': key }),
      timeoutMs: 20_000,
      maxRetries: 2,
      onSend: (texts) => sent.push(texts),
      ...settings,
    },
    { ...clock, ...platform },
  );
  return {
    clock,
    sent,
    send: (request, signal = NEVER) =>
      http.send(
        { url: `${origin}/embed`, body: { input: TEXT }, texts: [TEXT], sent: { texts: 1, bytes: 55 }, ...request },
        { signal, pass: OPEN_PASS },
      ),
  };
}

/** A sender to a server of its own. */
export async function serve(
  handler: Handler,
  settings?: Partial<HttpSettings>,
): Promise<Sender & { readonly count: () => number }> {
  const server = await startServer(handler);
  return { ...createSender(server.origin, settings), count: () => server.requests.length };
}
