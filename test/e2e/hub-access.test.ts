/** What goes with requests to a hub, looked at by real servers: headers, cookies, and what a redirect's target gets. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';
import { writeTinyModels } from '../support/tiny-models.js';

const PAGE = `<!doctype html><title>Page</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  globalThis.embed = async (options) => {
    await using client = new EmbeddingClient({ device: 'wasm', model: 'tests/mean', runtime: 'onnxruntime', workers: 1, maxRetries: 0, ...options });
    try {
      return (await client.embeddings.create({ input: 'one' })).data.length;
    } catch ({ name, code, param, url, message }) {
      return { name, code, param, url, message };
    }
  };
</script>`;

const directory = mkdtempSync(join(tmpdir(), 'hub-access-'));
let browser: Browser;
let page: Page;
let site: FileServer;
let hub: FileServer;
let storage: FileServer;

/** What requests came with, without those that only ask for permission. */
const seen: { hub: IncomingHttpHeaders[]; storage: IncomingHttpHeaders[] } = { hub: [], storage: [] };
/** Which requests the hub answers; it says 401 to others. */
let isWelcome: (headers: IncomingHttpHeaders) => boolean;
/** Whether weights are elsewhere, as on hubs with large files. */
let redirects: boolean;

beforeAll(async () => {
  writeTinyModels(directory);
  site = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE });
  hub = await startFileServer({ '/': directory });
  storage = await startFileServer({ '/': directory });
  hub.setFault((request, response, path) => {
    if (allow(request, response)) return true;
    seen.hub.push(request.headers);
    if (!isWelcome(request.headers)) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('no');
      return true;
    }
    if (!redirects || !path.endsWith('.onnx')) return false;
    response.writeHead(302, { location: storage.origin + path }).end();
    return true;
  });
  storage.setFault((request, response) => {
    if (allow(request, response)) return true;
    seen.storage.push(request.headers);
    return false;
  });
  browser = await chromium.launch(launchOptions(findBrowser()));
});

beforeEach(async () => {
  seen.hub.length = 0;
  seen.storage.length = 0;
  redirects = false;
  isWelcome = () => true;
  page = await (await browser.newContext()).newPage();
  await page.goto(`${site.origin}/`);
  await page.waitForFunction('globalThis.embed');
  return () => page.context().close();
});

afterAll(async () => {
  await browser.close();
  await Promise.all([site, hub, storage].map((server) => server.close()));
  rmSync(directory, { recursive: true });
});

/** Lets the page send everything; whether the request has only asked for that. */
function allow(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin = '*' } = request.headers;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-headers', 'authorization, x-token');
  if (request.method !== 'OPTIONS') return false;
  response.writeHead(204).end();
  return true;
}

/** What embedding came to, with options given as JavaScript. */
function embed(options: string): Promise<unknown> {
  return page.evaluate(`embed({ hub: '${hub.origin}', ${options} })`);
}

test('hubHeaders go with every request to the hub, and no word of the page', async () => {
  isWelcome = ({ authorization }) => authorization === 'Bearer hf_1';
  expect(await embed(`hubHeaders: { authorization: 'Bearer hf_1' }`)).toBe(1);
  expect(seen.hub.length).toBeGreaterThan(2);
  expect(seen.hub.map(({ authorization }) => authorization)).toEqual(seen.hub.map(() => 'Bearer hf_1'));
  expect(seen.hub.flatMap(({ referer }) => referer ?? [])).toEqual([]);
});

test('hubHeaders can be Headers', async () => {
  isWelcome = (headers) => headers['x-token'] === 't1';
  expect(await embed(`hubHeaders: new Headers({ 'X-Token': 't1' })`)).toBe(1);
});

test('authorization stays with the hub when it redirects to another origin', async () => {
  isWelcome = ({ authorization }) => authorization === 'Bearer hf_1';
  redirects = true;
  expect(await embed(`hubHeaders: { authorization: 'Bearer hf_1' }`)).toBe(1);
  expect(seen.storage.length).toBeGreaterThan(0);
  expect(seen.storage.flatMap(({ authorization }) => authorization ?? [])).toEqual([]);
});

test('any other header keeps redirects from being followed', async () => {
  redirects = true;
  const outcome = await embed(`hubHeaders: { 'x-token': 't1', authorization: 'Bearer hf_1' }`);
  expect(outcome).toMatchObject({
    code: 'model_file_unreachable',
    url: expect.stringContaining('.onnx') as string,
    message: expect.stringContaining('it redirects') as string,
  });
  expect(JSON.stringify(outcome)).not.toMatch(/hf_1|t1/);
  expect(seen.storage).toEqual([]);
});

test('a function is asked for headers again, once, when the hub says 401', async () => {
  isWelcome = ({ authorization }) => authorization === 'Bearer token-2';
  await page.evaluate('globalThis.asked = 0');
  const hubHeaders = `hubHeaders: async () => ({ authorization: 'Bearer token-' + ++globalThis.asked })`;
  expect(await embed(hubHeaders)).toBe(1);
  expect(await page.evaluate('asked')).toBe(2);
});

test('a model that stays closed is said to be, without the token', async () => {
  isWelcome = () => false;
  await page.evaluate('globalThis.asked = 0');
  const hubHeaders = `hubHeaders: async () => ({ authorization: 'Bearer token-' + ++globalThis.asked })`;
  const outcome = await embed(hubHeaders);
  expect(outcome).toMatchObject({ name: 'ModelLoadError', code: 'authentication_failed' });
  expect(JSON.stringify(outcome)).not.toContain('token-');
  expect(await page.evaluate('asked')).toBe(2);
});

test('a function that fails is named, and nothing is asked of the hub', async () => {
  const outcome = await embed(`hubHeaders: () => { throw new Error('secret') }`);
  expect(outcome).toMatchObject({ code: 'authentication_failed', param: 'hubHeaders' });
  expect(JSON.stringify(outcome)).not.toContain('secret');
  expect(seen.hub).toEqual([]);
});

test.each([
  ['include', true],
  ['same-origin', false],
  ['omit', false],
])('credentials "%s": cookies go to a hub of another origin: %s', async (credentials, areSent) => {
  await page.context().addCookies([{ name: 'session', value: '1', url: hub.origin }]);
  expect(await embed(`credentials: '${credentials}'`)).toBe(1);
  expect(seen.hub.every(({ cookie }) => (cookie !== undefined) === areSent)).toBe(true);
});
