/** A cross-origin isolated page, where threads may be used: measured against workers, remembered, right either way. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';

/** Enough work for the comparison on any device; it is given up once that is made. */
const PAGE = `<!doctype html><title>Isolated page</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  const start = () => new EmbeddingClient({ device: 'wasm', runtime: 'onnxruntime' });
  const findVerdict = () => Object.values(localStorage).join().match(/"fastest":"(\\w+)"/)?.[1];
  const embed = async (client) => (await client.embeddings.create({ input: 'one text' })).data[0].embedding;
  globalThis.compare = async () => {
    const client = start();
    const before = await embed(client);
    const controller = new AbortController();
    const input = Array.from({ length: 20000 }, (_, index) => (index + ' words and more words ').repeat(30));
    const flood = client.embeddings.create({ input }, { priority: 'bulk', signal: controller.signal }).catch(() => {});
    while (findVerdict() === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
    const during = await embed(client);
    controller.abort();
    await flood;
    client.dispose();
    return { verdict: findVerdict(), before, during };
  };
  globalThis.again = async () => {
    const client = start();
    const after = await embed(client);
    client.dispose();
    return after;
  };
</script>`;

let browser: Browser;
let server: FileServer;
let page: Page;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(findBrowser()));
  server = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE });
  server.setFault((_request, response) => {
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    return false;
  });
  page = await browser.newPage();
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('globalThis.compare');
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

test('compares threads with workers under load, remembers the faster, and gives the same vectors', async () => {
  expect(await page.evaluate('crossOriginIsolated')).toBe(true);
  const { verdict, before, during } = await page.evaluate<{ verdict: string; before: number[]; during: number[] }>(
    'compare()',
  );
  expect(['workers', 'threads']).toContain(verdict);
  expect(during).toEqual(before);
  expect(await page.evaluate('again()')).toEqual(before);
});

test('gives the same vectors by threads when that is what is remembered', async () => {
  const before = await page.evaluate('again()');
  await page.evaluate(`
    for (const [key, value] of Object.entries(localStorage)) {
      localStorage[key] = value.replace(/"fastest":"\\w+"/, '"fastest":"threads"');
    }
  `);
  server.requests.length = 0;
  expect(await page.evaluate('again()')).toEqual(before);
  // Each thread loads ONNX Runtime's script for itself.
  const scripts = server.requests.filter((path) => path.endsWith('ort-wasm-simd-threaded.mjs'));
  expect(scripts.length).toBeGreaterThan(1);
});
