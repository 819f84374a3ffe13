/** A page that makes and disposes of clients, as apps with routes do, looked at from outside. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';

const PAGE = `<!doctype html><title>Disposed clients</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  globalThis.visit = async () => {
    const client = new EmbeddingClient();
    client.on('engine-died', () => undefined);
    await client.embeddings.create({ input: 'one' });
    const job = await client.jobs.create({ input: ['another'] });
    await job.wait();
    client.dispose();
  };
</script>`;

let browser: Browser;
let server: FileServer;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(findBrowser(), []));
  server = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** How many listeners of the page are left after what nobody needs was collected. */
async function countListeners(page: Page): Promise<number | undefined> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return metrics.find(({ name }) => name === 'JSEventListeners')?.value;
}

test('a client that was disposed of leaves no listener', async () => {
  const page = await browser.newPage();
  const warnings: string[] = [];
  page.on('console', (message) => warnings.push(message.text()));
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('globalThis.visit');
  const before = await countListeners(page);
  for (let visit = 0; visit < 3; visit++) await page.evaluate('visit()');
  await expect.poll(() => countListeners(page)).toBe(before);
  // As by asking for an adapter of a GPU where there is none.
  expect(warnings).toEqual([]);
});
