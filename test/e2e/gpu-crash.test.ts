/** The browser's GPU process crashes, and with it every device; the page hears of it by its next call. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';
import { writeTinyModels } from '../support/tiny-models.js';

const PAGE = `<!doctype html><title>GPU page</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  const client = new EmbeddingClient({ hub: '/hub', model: 'tests/mean', device: 'webgpu', dtype: 'q8' });
  globalThis.causes = [];
  client.on('engine-died', ({ error }) => globalThis.causes.push(error.code));
  globalThis.embed = async () => {
    const { data, provider } = await client.embeddings.create({ input: 'one two' });
    return { device: provider.device, embedding: data[0].embedding };
  };
</script>`;

let browser: Browser;
let server: FileServer;
let models: string;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(findBrowser(), ['--enable-unsafe-webgpu']));
  models = mkdtempSync(join(tmpdir(), 'tiny-models-'));
  writeTinyModels(models);
  server = await startFileServer({ '/dist/': join(ROOT, 'dist'), '/hub/': models }, { '/': PAGE });
});

afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(models, { recursive: true });
});

test('computes on the new GPU process after the old one has crashed', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('globalThis.embed');
  const before = await page.evaluate('embed()');
  expect(before).toMatchObject({ device: 'webgpu' });
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess');
  expect(await page.evaluate('embed()')).toEqual(before);
  expect(await page.evaluate('causes')).not.toEqual([]);
});
