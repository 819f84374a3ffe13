/** A page whose vectors come from the kernel: what it asks for, and what it does when the kernel's own files are broken. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';
import { writeTinyModels } from '../support/tiny-models.js';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';

const PAGE = `<!doctype html><title>Kernel page</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  globalThis.changes = [];
  globalThis.states = [];
  globalThis.start = (options) => {
    globalThis.client = new EmbeddingClient({ device: 'wasm', ...options });
    client.on('provider-changed', ({ from, to }) => changes.push([from, to]));
    client.on('model-progress', ({ phase, loadedBytes }) => states.push([phase, loadedBytes]));
  };
  globalThis.embed = async () => {
    try {
      const { data, provider } = await client.embeddings.create({ input: 'one two' });
      return { width: data[0].embedding.length, runtime: provider.runtime };
    } catch ({ name, code, url, message }) {
      return { name, code, url, message };
    }
  };
  globalThis.plan = () => client.capabilities().plan.map(({ id, usable, reason }) => [id, usable, reason]);
</script>`;

const KERNEL_FILES = /\/(worker-kernel\.js|kernel-[a-z]+\.wasm)$/;
const ONNX_FILES = /\/(worker-wasm\.js|ort-[\w.-]+)$/;
const TINY = { hub: '/hub', model: 'tests/mean' };

let browser: Browser;
let server: FileServer;
let page: Page;
let models: string;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(findBrowser()));
  models = mkdtempSync(join(tmpdir(), 'tiny-models-'));
  writeTinyModels(models);
});

afterAll(async () => {
  await browser.close();
  rmSync(models, { recursive: true });
});

beforeEach(async () => {
  server = await startFileServer({ '/dist/': join(ROOT, 'dist'), '/hub/': models }, { '/': PAGE });
  page = await browser.newPage();
  await open();
});

afterEach(async () => {
  await page.close();
  await server.close();
});

async function open(): Promise<void> {
  await page.goto(`${server.origin}/`);
  await page.waitForFunction(() => 'embed' in globalThis);
}

/** What one call of a new client gives. */
async function embed(options: object = {}): Promise<unknown> {
  await page.evaluate(`start(${JSON.stringify(options)})`);
  return page.evaluate('embed()');
}

/** Lets nothing come of what is asked for at such a path. */
function withhold(paths: RegExp): void {
  server.setFault((_request, response, path) => {
    if (!paths.test(path)) return false;
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no');
    return true;
  });
}

describe('a model that the kernel does not run', () => {
  test('is left to ONNX Runtime without a sign of it, and not tried again on the next page', async () => {
    expect(await embed(TINY)).toEqual({ width: 128, runtime: 'onnxruntime' });
    expect(await page.evaluate('changes')).toEqual([]);
    expect(server.requests.some((path) => KERNEL_FILES.test(path))).toBe(true);
    const [first, second] = await page.evaluate<[string, boolean, string][]>('plan()');
    expect(first?.slice(0, 2)).toEqual(['local/wasm', true]);
    expect(second?.slice(0, 2)).toEqual(['local/wasm/kernel', false]);
    expect(second?.[2]).toMatch(/^The kernel /);
    await open();
    server.requests.length = 0;
    expect(await embed(TINY)).toEqual({ width: 128, runtime: 'onnxruntime' });
    expect(server.requests.filter((path) => KERNEL_FILES.test(path))).toEqual([]);
    expect((await page.evaluate<unknown[]>('plan()'))[1]).toEqual(second);
  });

  test('begins to load on ONNX Runtime though nobody asks, and loading never seems to go back', async () => {
    await page.evaluate(`start(${JSON.stringify(TINY)})`);
    await page.waitForFunction(`states.some(([phase]) => phase === 'ready')`);
    const states = await page.evaluate<[phase: string, bytes: number][]>('states');
    const bytes = states.map(([, loaded]) => loaded);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    const phases = states.map(([phase]) => ['download', 'start', 'ready'].indexOf(phase));
    expect(phases).toEqual(phases.toSorted((a, b) => a - b));
  });

  test('is refused where the app wants nothing else', async () => {
    const options = { ...TINY, runtime: 'kernel' };
    expect(await embed(options)).toMatchObject({ name: 'EmbeddingError', code: 'kernel_unsupported' });
    expect(server.requests.filter((path) => ONNX_FILES.test(path))).toEqual([]);
    expect(await page.evaluate('embed()')).toMatchObject({ code: 'device_unsupported' });
  });

  test('and is of another kind is turned down before its weights are read', async () => {
    const config = { model_type: 'modernbert', vocab_size: 30, max_position_embeddings: 16 };
    let bytes = 0;
    server.setFault((_request, response, path) => {
      if (path.endsWith('/config.json') && !path.includes('1_')) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(config));
        return true;
      }
      if (!path.endsWith('.onnx')) return false;
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': 50_000_000 });
      const piece = Buffer.alloc(100_000);
      const send = (): void => {
        while (!response.destroyed && response.write(piece)) bytes += piece.length;
        if (!response.destroyed) response.once('drain', send);
      };
      send();
      return true;
    });
    expect(await embed({ ...TINY, runtime: 'kernel' })).toMatchObject({ code: 'kernel_unsupported' });
    expect((await page.evaluate<[string, boolean, string][]>('plan()'))[0]?.[2]).toContain("'modernbert'");
    // What the network itself holds back.
    expect(bytes).toBeLessThan(25_000_000);
  });
});

test('a kernel whose worker is missing is no more than another way to ONNX Runtime', async () => {
  withhold(/worker-kernel\.js$/);
  expect(await embed()).toEqual({ width: 512, runtime: 'onnxruntime' });
  expect(await page.evaluate('changes')).toEqual([]);
  expect(await embed({ runtime: 'kernel' })).toMatchObject({
    name: 'ModelLoadError',
    code: 'worker_script_failed',
    url: `${server.origin}/dist/assets/worker-kernel.js`,
  });
});

describe('the bundled model', () => {
  test('comes from the kernel, and nothing of ONNX Runtime is asked for', async () => {
    expect(await embed()).toEqual({ width: 512, runtime: 'kernel' });
    expect(server.requests.filter((path) => ONNX_FILES.test(path))).toEqual([]);
    expect(server.requests.filter((path) => path.endsWith('.onnx'))).toHaveLength(1);
    const ours = server.requests.filter((path) => path.startsWith('/dist/') && !path.includes('/resolve/'));
    const bytes = ours.reduce((sum, path) => sum + statSync(join(ROOT, path)).size, 0);
    // Not even compressed.
    expect(bytes).toBeLessThanOrEqual(300_000);
    expect(Object.values(await page.evaluate<object>('localStorage')).join()).toContain('"passed":true');
  });

  test('is proved anew where the proof there is was made for other weights', async () => {
    const findProof = `(() => {
      const [key, value] = Object.entries(localStorage).find(([, value]) => value.includes('"passed":true')) ?? [];
      return [key, /"subject":"([^"]*)"/.exec(value)?.[1], value];
    })()`;
    await embed();
    const [key, subject, value] = await page.evaluate<[string, string, string]>(findProof);
    expect(subject).toMatch(/^[0-9a-f]{64} \w+$/);
    const other = value.replace(subject, subject.replace(/^\w{64}/, 'f'.repeat(64)));
    await page.evaluate(`localStorage.setItem('${key}', ${JSON.stringify(other)})`);
    await open();
    expect(await embed()).toEqual({ width: 512, runtime: 'kernel' });
    expect((await page.evaluate<string[]>(findProof))[1]).toBe(subject);
  });

  test('comes from ONNX Runtime where that is asked for, and nothing of the kernel is', async () => {
    expect(await embed({ runtime: 'onnxruntime' })).toEqual({ width: 512, runtime: 'onnxruntime' });
    expect(server.requests.filter((path) => KERNEL_FILES.test(path))).toEqual([]);
  });

  test('comes from ONNX Runtime where the WASM of the kernel is missing', async () => {
    withhold(/kernel-[a-z]+\.wasm$/);
    expect(await embed()).toEqual({ width: 512, runtime: 'onnxruntime' });
    const error = await embed({ runtime: 'kernel' });
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'runtime_file_failed' });
    server.setFault(undefined);
    expect(await page.evaluate('embed()')).toEqual({ width: 512, runtime: 'kernel' });
  });

  test('is asked of the kernel again after a policy without WebAssembly, whose error says what to allow', async () => {
    server.setFault((_request, response) => {
      response.setHeader('content-security-policy', "script-src 'self' 'unsafe-inline'");
      return false;
    });
    await open();
    for (const runtime of ['kernel', 'auto']) {
      expect(await callUnderPolicy({ runtime })).toMatchObject({
        code: 'runtime_file_failed',
        message: expect.stringContaining("'wasm-unsafe-eval'") as string,
      });
    }
    server.setFault(undefined);
    await open();
    expect(await embed()).toEqual({ width: 512, runtime: 'kernel' });
  });

  test.each(['cut', 'replaced by a web page'])('is asked of the kernel again after its WASM was %s', async (how) => {
    server.setFault((_request, response, path) => {
      if (!path.endsWith('.wasm') || !KERNEL_FILES.test(path)) return false;
      const body = how === 'cut' ? readFileSync(join(ROOT, path)).subarray(0, 2000) : '<!doctype html>';
      response.writeHead(200, { 'content-type': 'application/wasm' }).end(body);
      return true;
    });
    expect(await embed({ runtime: 'kernel' })).toMatchObject({ code: 'runtime_file_failed' });
    expect(await embed()).toEqual({ width: 512, runtime: 'onnxruntime' });
    server.setFault(undefined);
    await open();
    expect(await embed()).toEqual({ width: 512, runtime: 'kernel' });
  });
});

/** What one call of a new client gives on a page that evaluates no text. */
async function callUnderPolicy(options: object): Promise<unknown> {
  await page.evaluate(
    ([given]) => {
      const { start } = globalThis as unknown as { start: (options: object | undefined) => void };
      start(given);
    },
    [options],
  );
  return page.evaluate(() => (globalThis as unknown as { embed: () => Promise<unknown> }).embed());
}
