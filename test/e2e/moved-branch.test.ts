/** A known model whose branch moves while a job is left: its space stays the same, but its files are others. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { sendFile, startFileServer, type FileServer } from '../support/file-server.js';
import { writeTinyModels } from '../support/tiny-models.js';

const WEIGHTS = 'nomic-ai/nomic-embed-text-v1.5/resolve/main/onnx/model_quantized.onnx';
const TOTAL = 500;

/** With `?stalls` in its address, workers hear of no more than a few inputs. */
const PAGE = `<!doctype html><title>Page with a job</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  const { postMessage } = Worker.prototype;
  let embedded = 0;
  Worker.prototype.postMessage = function (message, ...rest) {
    const inputs = message.argumentList?.[0]?.value?.items?.length ?? 0;
    if (location.search === '?stalls' && inputs > 0 && embedded > 200) return;
    embedded += inputs;
    postMessage.call(this, message, ...rest);
  };
  globalThis.client = new EmbeddingClient({ device: 'wasm', model: 'nomic-ai/nomic-embed-text-v1.5', hub: location.origin + '/hub' });
</script>`;

const directory = mkdtempSync(join(tmpdir(), 'moved-branch-'));
let browser: Browser;
let server: FileServer;

beforeAll(async () => {
  writeTinyModels(directory);
  const bytes = readFileSync(join(directory, WEIGHTS));
  // A number of the table: the graph stays what it was.
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(join(directory, 'moved.onnx'), bytes);
  browser = await chromium.launch(launchOptions(findBrowser()));
  server = await startFileServer({ '/dist/': join(ROOT, 'dist'), '/hub/': directory }, { '/': PAGE });
});

afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

function moveBranch(): void {
  server.setFault((_request, response, path) => {
    if (path !== `/hub/${WEIGHTS}`) return false;
    sendFile(response, join(directory, 'moved.onnx'));
    return true;
  });
}

test('mixes no vectors of the new files with those that are stored, and goes on when the former are back', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/?stalls`);
  await page.waitForFunction('globalThis.client');
  const id = await page.evaluate<string>(`(async () => {
    const input = Array.from({ length: ${TOTAL} }, (_, index) => 'one two ' + index);
    return (await client.jobs.create({ input })).request_id;
  })()`);
  const completed = `client.jobs.retrieve('${id}').then((job) => job.completed)`;
  await expect.poll(() => page.evaluate<number>(completed)).toBeGreaterThan(0);
  moveBranch();
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('globalThis.client');
  const state = `client.jobs.retrieve('${id}').then(({ status, detail }) => ({ status, detail }))`;
  await expect
    .poll(() => page.evaluate(state))
    .toEqual({
      status: 'FAILED',
      detail: expect.stringContaining('onnx/model_quantized.onnx is another') as string,
    });
  server.setFault(undefined);
  await page.reload();
  await page.waitForFunction('globalThis.client');
  const length = await page.evaluate<number>(`(async () => {
    const job = await client.jobs.resume('${id}');
    return (await job.wait({ intervalMs: 100 })).output.data.length;
  })()`);
  expect(length).toBe(TOTAL);
  await page.close();
});
