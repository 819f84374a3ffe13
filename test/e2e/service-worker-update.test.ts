/** The README's service worker in three engines, updated while pages ask: not one request may reach the network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../scripts/package/paths.js';
import { ENGINES, findMissing, openDrivenPage, type DrivenPage, type Engine } from '../support/drive-browser.js';
import { startFileServer, type FileServer } from '../support/file-server.js';

const UPDATES = 10;
/** With `skipWaiting()` in the recipe, ten updates let about 16 requests out in Firefox, and 8 in WebKit. */
const REQUESTS = 600;
const LANES = 4;

/** `ask(count)` gives how often each status came; it goes on while `isUpdating`. */
const PAGE = (api: string): string => `<!doctype html><title>Site</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  import { serveEmbeddings } from '/dist/service-worker.js';
  const { serviceWorker } = navigator;
  const controlled = serviceWorker.controller ?? new Promise((resolve) => {
    serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
  serveEmbeddings(new EmbeddingClient({ device: 'wasm' }));
  globalThis.ask = async (count) => {
    const statuses = {};
    const askOne = async (number) => {
      const body = JSON.stringify({ input: 'text ' + number });
      const { status } = await fetch('${api}/embeddings', { method: 'POST', body });
      statuses[status] = (statuses[status] ?? 0) + 1;
    };
    let next = 0;
    const lane = async () => { while (next < count || globalThis.isUpdating) await askOne(next++); };
    await Promise.all(Array.from({ length: ${LANES} }, lane));
    return statuses;
  };
  globalThis.update = async () => {
    const registration = await serviceWorker.ready;
    const { active } = registration;
    await registration.update();
    // Nothing that every engine has tells when it is installed.
    for (let tries = 0; tries < 3000 && !registration.waiting && registration.active === active; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  // As soon as a page can: a service worker that takes over may not have begun yet.
  globalThis.first = controlled.then ? controlled.then(() => ask(${REQUESTS / UPDATES})) : ask(${REQUESTS / UPDATES});
  navigator.serviceWorker.register('/sw.js', { type: 'module' });
</script>`;

/** WebKit's driver doesn't wait for module scripts. */
const FIRST = `(async () => {
  while (!globalThis.first) await new Promise((resolve) => setTimeout(resolve, 20));
  return globalThis.first;
})()`;

let api: FileServer;
let site: FileServer;
/** Of the service worker's script. */
let version: number;
let page: DrivenPage | undefined;

beforeEach(async () => {
  version = 0;
  api = await startFileServer({});
  const base = `${api.origin}/v1`;
  site = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE(base) });
  site.setFault((_request, response, path) => {
    if (path !== '/sw.js') return false;
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(readRecipe(base));
    return true;
  });
});

afterEach(async () => {
  await page?.close();
  page = undefined;
  await Promise.all([api.close(), site.close()]);
});

/** What the README tells to write into sw.js, for another site's address; it says its version when asked. */
function readRecipe(baseURL: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const recipe = /^```js\n(\/\/ sw\.js[\s\S]*?)^```/m.exec(readme)?.[1];
  if (recipe?.includes('createRoute()') !== true) throw new Error('Expected the recipe of sw.js in README.md.');
  return `${recipe
    .replace("'inpage-embeddings/service-worker'", "'/dist/service-worker.js'")
    .replace('createRoute()', `createRoute({ baseURL: '${baseURL}' })`)}
addEventListener('fetch', (event) => {
  if (event.request.url.endsWith('/version')) event.respondWith(new Response('${version}'));
});`;
}

async function openSite(engine: Engine): Promise<DrivenPage> {
  const opened = await openDrivenPage(engine);
  page = opened;
  await opened.goto(`${site.origin}/`);
  return opened;
}

describe.each(ENGINES)('%s', (engine) => {
  const missing = findMissing(engine);

  test.skipIf(missing)(
    `no request leaves for the network over ten updates${missing ? `: ${missing}` : ''}`,
    async () => {
      const opened = await openSite(engine);
      await opened.evaluate(FIRST);
      await opened.evaluate(`globalThis.isUpdating = true; void (globalThis.asked = ask(${REQUESTS}))`);
      for (version = 1; version <= UPDATES; version += 1) await opened.evaluate('update()');
      await opened.evaluate('globalThis.isUpdating = false');
      const statuses = await opened.evaluate<Readonly<Record<string, number>>>('asked');
      expect(Object.keys(statuses)).toEqual(['200']);
      expect(statuses['200']).toBeGreaterThanOrEqual(REQUESTS);
      expect(api.requests).toEqual([]);
    },
  );

  test.skipIf(missing)(
    'no request leaves when new versions take over between visits, as each of ten does',
    async () => {
      const opened = await openSite(engine);
      for (version = 1; version <= UPDATES; version += 1) {
        await opened.evaluate('update()');
        // A busy browser may let the former version answer one visit more.
        let answering: string | undefined;
        for (let visits = 0; visits < 20 && answering !== String(version); visits += 1) {
          await opened.goto('about:blank');
          await opened.goto(`${site.origin}/`);
          expect(await opened.evaluate(FIRST)).toEqual({ 200: REQUESTS / UPDATES });
          answering = await opened.evaluate<string>(`fetch('/version').then((response) => response.text())`);
        }
        expect(answering).toBe(String(version));
      }
      expect(api.requests).toEqual([]);
    },
  );
});
