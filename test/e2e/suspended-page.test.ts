/** A page whose process is stopped while it computes, as a device that sleeps stops it: on waking, its workers work on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserServer } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';

/** Longer than a worker that has been measured may take for a micro-batch. */
const SLEPT_MS = 35_000;

const PAGE = `<!doctype html><title>Suspended page</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  const client = new EmbeddingClient({ runtime: 'kernel' });
  globalThis.deaths = [];
  client.on('engine-died', ({ error }) => globalThis.deaths.push(error.message));
  const warmUp = Array.from({ length: 40 }, (_, index) => 'warm up text number ' + index);
  await client.embeddings.create({ input: warmUp });
  const input = Array.from({ length: 500 }, (_, index) => index + ' and then something else happened '.repeat(20));
  // Once it is under way, the page is stopped.
  globalThis.embed = () => new Promise((resolve, reject) => {
    globalThis.answer = client.embeddings.create({ input }, { priority: 'bulk', onProgress: () => resolve(true) });
    globalThis.answer.catch(reject);
  });
</script>`;

let browserServer: BrowserServer;
let browser: Browser;
let server: FileServer;

beforeAll(async () => {
  // A browser that is launched for one connection keeps its process to itself.
  browserServer = await chromium.launchServer(launchOptions(findBrowser(), []));
  browser = await chromium.connect(browserServer.wsEndpoint());
  server = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE });
});

afterAll(async () => {
  await browser.close();
  await browserServer.close();
  await server.close();
});

/** The processes in which the browser renders pages. */
function findRenderers(): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const parents = new Map(pids.map((pid) => [pid, readParent(pid)]));
  const isBrowsers = (pid: number | undefined): boolean =>
    pid === browserServer.process().pid || (pid !== undefined && pid > 0 && isBrowsers(parents.get(pid)));
  return pids.filter((pid) => isBrowsers(pid) && readProcess(pid, 'cmdline').includes('--type=renderer'));
}

function readParent(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(readProcess(pid, 'status'))?.[1] ?? 0);
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

test.runIf(process.platform === 'linux')('ends no worker after the page was stopped for a while', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('globalThis.embed');
  await page.evaluate('embed()');
  const renderers = findRenderers();
  expect(renderers).not.toEqual([]);
  for (const pid of renderers) process.kill(pid, 'SIGSTOP');
  try {
    await new Promise((resolve) => setTimeout(resolve, SLEPT_MS));
  } finally {
    for (const pid of renderers) process.kill(pid, 'SIGCONT');
  }
  const answered = await page.evaluate('answer.then(({ data }) => data.length)');
  expect({ answered, deaths: await page.evaluate('deaths') }).toEqual({ answered: 500, deaths: [] });
});
