/** A site whose service worker has a route, in a browser of its own, and its pages. */
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from './file-server.js';

/** Asks as any script would; `text` gets the answer's status and its vector as base64. */
const ASK = `
  const ready = navigator.serviceWorker.controller || new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
  globalThis.controlled = navigator.serviceWorker.register('/sw.js', { type: 'module' }).then(() => ready).then(() => true);
  globalThis.ask = async (input, init = {}, path = '/v1/embeddings') => {
    const body = JSON.stringify({ input, encoding_format: 'base64' });
    const response = await fetch(path, { method: 'POST', body, ...init });
    const answer = await response.json();
    return { status: response.status, error: answer.error, vectors: answer.data?.map(({ embedding }) => embedding) };
  };`;

const SERVE = `
  import { EmbeddingClient } from '/dist/index.js';
  import { serveEmbeddings } from '/dist/service-worker.js';
  const { postMessage } = Worker.prototype;
  globalThis.embedded = 0;
  Worker.prototype.postMessage = function (message, ...rest) {
    globalThis.embedded += message.argumentList?.[0]?.value?.items?.length ?? 0;
    postMessage.call(this, message, ...rest);
  };
  globalThis.serve = (options) => {
    globalThis.client = new EmbeddingClient({ device: 'wasm', ...options });
    globalThis.stop = serveEmbeddings(client);
  };`;

const HEAD = '<!doctype html><title>Site</title><link rel="icon" href="data:," /><script type="module">';

const PAGES = {
  '/': `${HEAD}${SERVE}${ASK}globalThis.serve();</script>`,
  '/asks-only': `${HEAD}${SERVE}${ASK}</script>`,
};

/** The site, running. */
export interface Site {
  readonly server: FileServer;
  readonly context: BrowserContext;
  /** A page that is controlled by the service worker. */
  open(path?: string): Promise<Page>;
  /** Ends the service worker's process as the browser does when it is idle, or at work for too long. */
  stopServiceWorker(page: Page): Promise<void>;
  close(): Promise<void>;
}

/** Starts a browser. */
export function launch(): Promise<Browser> {
  return chromium.launch(launchOptions(findBrowser()));
}

/** @param options - of `createRoute()`. */
export async function startSite(browser: Browser, options: object = {}): Promise<Site> {
  const server = await startFileServer(
    { '/dist/': join(ROOT, 'dist'), '/openai/': join(ROOT, 'node_modules/openai') },
    PAGES,
  );
  const script = `import { createRoute } from '/dist/service-worker.js';
    const route = createRoute(${JSON.stringify(options)});
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    addEventListener('fetch', (event) => { route(event); });`;
  server.setFault((_request, response, path) => {
    if (path !== '/sw.js') return false;
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    return true;
  });
  const context = await browser.newContext();
  const sessions = new Map<Page, CDPSession>();
  return {
    server,
    context,
    open: async (path = '/') => {
      const page = await context.newPage();
      await page.goto(server.origin + path);
      await page.waitForFunction('globalThis.controlled');
      await page.evaluate('controlled');
      return page;
    },
    stopServiceWorker: async (page) => {
      const session = sessions.get(page) ?? (await context.newCDPSession(page));
      if (!sessions.has(page)) await session.send('ServiceWorker.enable');
      sessions.set(page, session);
      await session.send('ServiceWorker.stopAllWorkers');
    },
    close: async () => {
      await context.close();
      await server.close();
    },
  };
}
