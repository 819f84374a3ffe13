/** The service worker's side with pages that misbehave as no browser can be told to. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EmbeddingError } from '../../../../src/errors/errors.js';
import type { RouteOptions } from '../../../../src/adapters/service-worker/create-route.js';
import { createRoute } from '../../../../src/adapters/service-worker/create-route.js';
import { toErrorRecord, type ErrorRecord } from '../../../../src/ports/error-record.js';
import type { FromPage, ToPage } from '../../../../src/ports/page-messages.js';

/** What a page does with a message; offers come as `undefined`. */
type Behaviour = (message: ToPage | undefined, say: (message: FromPage) => void) => void;

const pages = new Map<string, Behaviour>();
const heard: [page: string, kind: string][] = [];

beforeEach(() => {
  pages.clear();
  heard.length = 0;
  vi.stubGlobal('location', { href: 'https://site.example/sw.js' });
  vi.stubGlobal('clients', {
    get: (id: string) => Promise.resolve(pages.has(id) || id === 'asker' ? {} : undefined),
    matchAll: () =>
      Promise.resolve(
        [...pages].map(([id, behave]) => ({
          id,
          postMessage: (_offer: unknown, [port]: [MessagePort]) => {
            const say = (message: FromPage): void => {
              port.postMessage(message);
            };
            port.onmessage = ({ data }: MessageEvent<ToPage>) => {
              heard.push([id, data.kind]);
              behave(data, say);
            };
            behave(undefined, say);
          },
        })),
      ),
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const answering =
  (status: number, text: string): Behaviour =>
  (message, say) => {
    if (message === undefined) say({ kind: 'ready' });
    if (message?.kind !== 'call') return;
    const body = new TextEncoder().encode(text).buffer;
    const value = { status, headers: [['x-page', text] as const], body };
    say({ kind: 'answer', id: message.id, outcome: { ok: true, value } });
  };

const failing =
  (error: ErrorRecord): Behaviour =>
  (message, say) => {
    if (message === undefined) say({ kind: 'ready' });
    if (message?.kind === 'call') say({ kind: 'answer', id: message.id, outcome: { ok: false, error } });
  };

/** Comes forward, takes the request and says nothing more. */
const silent: Behaviour = (message, say) => {
  if (message === undefined) say({ kind: 'ready' });
};

/** Says that it lives, and never answers. */
const busy: Behaviour = (message, say) => {
  if (message === undefined) say({ kind: 'ready' });
  if (message?.kind === 'ping') say({ kind: 'alive' });
};

function ask(options: RouteOptions = {}, init: RequestInit = {}, clientId = 'asker'): Promise<Response> {
  const request = new Request('https://site.example/v1/embeddings', { method: 'POST', body: '{}', ...init });
  return new Promise((resolve, reject) => {
    const took = createRoute(options)({
      request,
      clientId,
      respondWith: (response) => {
        response.then(resolve, reject);
      },
    });
    expect(took).toBe(true);
  });
}

/** Lets time go by, and messages pass meanwhile. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const fakeTime = (): void => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
};

test('a page that answers is asked, and the others are not', async () => {
  pages.set('one', answering(200, 'one')).set('two', answering(200, 'two'));
  const response = await ask();
  expect([response.status, response.headers.get('x-page'), await response.text()]).toEqual([200, 'one', 'one']);
  expect(heard).toEqual([['one', 'call']]);
});

test('the page that asks is preferred', async () => {
  pages.set('one', answering(200, 'one')).set('asker', answering(200, 'own'));
  expect(await (await ask()).text()).toBe('own');
});

test.each([404, 503])('after %i another page may have better, and else it stands', async (status) => {
  pages.set('one', answering(status, 'none'));
  const alone = await ask();
  expect([alone.status, await alone.text()]).toEqual([status, 'none']);
  pages.set('two', answering(200, 'two'));
  expect(await (await ask()).text()).toBe('two');
});

test('what a page throws is told by its status, and in words only when they are this library’s own', async () => {
  pages.set('one', failing(toErrorRecord(new EmbeddingError('egress_denied', 'Nothing was sent.'))));
  const denied = await ask();
  expect([denied.status, await denied.text()]).toEqual([403, expect.stringContaining('Nothing was sent.') as string]);
  pages.set('one', failing(toErrorRecord(new TypeError('a secret text'))));
  const failed = await ask();
  expect([failed.status, await failed.text()]).toEqual([500, expect.not.stringContaining('secret') as string]);
});

test('a page that falls silent is left for another', async () => {
  fakeTime();
  pages.set('frozen', silent).set('other', answering(200, 'other'));
  const response = ask();
  await pass(12_000);
  expect(await (await response).text()).toBe('other');
});

test('a page that works for long is waited for, until the time is up, and told so', async () => {
  fakeTime();
  pages.set('slow', busy);
  const response = ask({ timeoutMs: 60_000 });
  await pass(59_000);
  expect(heard).not.toContainEqual(['slow', 'cancel']);
  await pass(2_000);
  const { status, headers } = await response;
  expect([status, headers.get('x-should-retry')]).toEqual([408, 'true']);
  await pass(100);
  expect(heard).toContainEqual(['slow', 'cancel']);
});

test('giving up is told to the page', async () => {
  pages.set('slow', busy);
  const controller = new AbortController();
  const response = ask({}, { signal: controller.signal });
  await expect.poll(() => heard).toContainEqual(['slow', 'call']);
  controller.abort();
  expect((await response).type).toBe('error');
  await expect.poll(() => heard).toContainEqual(['slow', 'cancel']);
});

test('without pages there is an answer all the same', async () => {
  fakeTime();
  const response = ask({ pageTimeoutMs: 3_000 });
  await pass(4_000);
  const { status } = await response;
  expect(status).toBe(503);
});

test('takes what is below its baseURL, and Segmind’s paths of the models it knows', () => {
  const route = createRoute({ baseURL: 'https://api.example/v1', models: ['m'] });
  const took = ['/v1/embeddings', '/v1/m', '/v2/m', '/v1/other', '/embeddings'].filter((path) =>
    route({ request: new Request(`https://api.example${path}`), clientId: '', respondWith: () => undefined }),
  );
  expect(took).toEqual(['/v1/embeddings', '/v1/m', '/v2/m']);
});

test('refuses unknown and impossible options by name', () => {
  expect(() => createRoute({ base: '/' } as RouteOptions)).toThrow(expect.objectContaining({ param: 'base' }) as Error);
  expect(() => createRoute({ timeoutMs: 0 })).toThrow(expect.objectContaining({ param: 'timeoutMs' }) as Error);
});
