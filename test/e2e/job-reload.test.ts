/** A job whose page is reloaded: it goes on by itself, where it stopped. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';

/** Counts the inputs that go to workers. */
const PAGE = `<!doctype html><title>Page with a job</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  const { postMessage } = Worker.prototype;
  globalThis.embedded = 0;
  Worker.prototype.postMessage = function (message, ...rest) {
    globalThis.embedded += message.argumentList?.[0]?.value?.items?.length ?? 0;
    postMessage.call(this, message, ...rest);
  };
  globalThis.client = new EmbeddingClient({ device: 'wasm' });
</script>`;

const TOTAL = 500;

let browser: Browser;
let server: FileServer;
let page: Page;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(findBrowser()));
  server = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE });
  page = await browser.newPage();
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('globalThis.client');
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Inputs of the job whose vectors are stored, looked up without a client's help. */
const READ_COMPLETED = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('inpage-embeddings/jobs');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const reading = opening.result.transaction('jobs').objectStore('jobs').getAll();
    reading.onsuccess = () => {
      opening.result.close();
      resolve(reading.result[0].completed);
    };
  };
})`;

test('goes on after a reload without being asked, and computes nothing that is stored again', async () => {
  const id = await page.evaluate<string>(`(async () => {
    const input = Array.from({ length: ${TOTAL} }, (_, index) => index + ' words about the sea and the wind');
    const job = await client.jobs.create({ input, encoding_format: 'base64' });
    return job.request_id;
  })()`);
  await expect.poll(() => page.evaluate<number>(READ_COMPLETED)).toBeGreaterThan(0);
  await page.reload();
  const stored = await page.evaluate<number>(READ_COMPLETED);
  expect(stored).toBeLessThan(TOTAL);
  await page.waitForFunction('globalThis.client');
  // Nobody has named the job since, and jobs.js came all the same.
  await expect.poll(() => page.evaluate<number>(READ_COMPLETED), { timeout: 100_000 }).toBe(TOTAL);
  expect(await page.evaluate('embedded')).toBeLessThanOrEqual(TOTAL - stored);
  const isRight = await page.evaluate(`(async () => {
    const { output } = await (await client.jobs.retrieve('${id}')).wait();
    const { data } = await client.embeddings.create({ input: '77 words about the sea and the wind', encoding_format: 'base64' });
    return output.data.length === ${TOTAL} && output.data[77].embedding === data[0].embedding;
  })()`);
  expect(isRight).toBe(true);
});

test('is taken over by another tab that waits, when the one that works on it is closed', async () => {
  const context = await browser.newContext();
  const [first, second] = [await context.newPage(), await context.newPage()];
  for (const tab of [first, second]) {
    await tab.goto(`${server.origin}/`);
    await tab.waitForFunction('globalThis.client');
  }
  const id = await first.evaluate<string>(`(async () => {
    const input = Array.from({ length: ${TOTAL} }, (_, index) => index + ' words about the sea and the wind');
    return (await client.jobs.create({ input })).request_id;
  })()`);
  const result = second.evaluate<number>(`(async () => {
    const { output } = await (await client.jobs.retrieve('${id}')).wait({ intervalMs: 100 });
    return output.data.length;
  })()`);
  await expect.poll(() => second.evaluate<number>(READ_COMPLETED)).toBeGreaterThan(0);
  expect(await second.evaluate('embedded')).toBe(0);
  await first.close();
  const stored = await second.evaluate<number>(READ_COMPLETED);
  expect(await result).toBe(TOTAL);
  expect(await second.evaluate('embedded')).toBeLessThanOrEqual(TOTAL - stored);
  expect(await second.evaluate('embedded')).toBeGreaterThan(0);
  await context.close();
});

test('loads the code of jobs only where there is one', async () => {
  const context = await browser.newContext();
  const fresh = await context.newPage();
  server.requests.length = 0;
  await fresh.goto(`${server.origin}/`);
  await fresh.waitForFunction('globalThis.client');
  await fresh.evaluate(`client.embeddings.create({ input: 'a' })`);
  expect(server.requests).not.toContain('/dist/jobs.js');
  await fresh.evaluate('client.jobs.list()');
  expect(server.requests).toContain('/dist/jobs.js');
  await context.close();
});

test('says so when the code of jobs is missing, and the next call works', async () => {
  const context = await browser.newContext();
  const fresh = await context.newPage();
  server.setFault((_request, response, path) => {
    if (path !== '/dist/jobs.js') return false;
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no');
    return true;
  });
  await fresh.goto(`${server.origin}/`);
  await fresh.waitForFunction('globalThis.client');
  const list = `client.jobs.list().then((jobs) => jobs.length, ({ name, code, url }) => ({ name, code, url }))`;
  expect(await fresh.evaluate(list)).toEqual({
    name: 'ModelLoadError',
    code: 'engine_script_failed',
    url: `${server.origin}/dist/jobs.js`,
  });
  server.setFault(undefined);
  expect(await fresh.evaluate(list)).toBe(0);
  await context.close();
});
