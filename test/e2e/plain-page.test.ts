/** The built package on plain static hosting: a page that only imports `/dist/index.js`, and what breaks around it. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { makeModel } from '../../scripts/model/make-model.js';
import { startFileServer, type Fault, type FileServer } from '../support/file-server.js';

const PAGE = `<!doctype html><title>Plain page</title><link rel="icon" href="data:," />
<script type="module">
  import { EmbeddingClient } from '/dist/index.js';
  globalThis.tryOnce = async (client) => {
    try {
      const { data } = await client.embeddings.create({ input: 'Hello world' });
      return { width: data[0].embedding.length };
    } catch (error) {
      return { name: error.name, code: error.code, url: error.url, message: error.message, retryable: error.retryable };
    }
  };
  globalThis.startClient = (options) => (globalThis.client = new EmbeddingClient(options));
</script>`;

/** What needs no other runtime's files. */
const ONNX = { runtime: 'onnxruntime' };

const MODEL = '/dist/assets/universal-sentence-encoder-lite/resolve/main';

let browser: Browser;
let server: FileServer;
let page: Page;
let otherOrigins: string[];

beforeAll(async () => {
  makeModel({ dtypes: ['q8'] });
  browser = await chromium.launch(launchOptions(findBrowser() ?? ''));
});

afterAll(() => browser.close());

beforeEach(async () => {
  const folders = { '/dist/': join(ROOT, 'dist'), '/hub/': join(ROOT, 'models') };
  server = await startFileServer(folders, { '/': PAGE });
  otherOrigins = [];
  page = await browser.newPage();
  await page.context().route(
    (url) => url.origin !== server.origin && url.protocol !== 'data:',
    (route) => {
      otherOrigins.push(route.request().url());
      return route.abort();
    },
  );
});

afterEach(async () => {
  await page.close();
  await server.close();
});

/** Loads the page, makes a client and calls it once. */
async function tryPage(options = {}): Promise<unknown> {
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('globalThis.startClient');
  return page.evaluate(`tryOnce(startClient(${JSON.stringify(options)}))`);
}

describe('a plain page', () => {
  test('embeds with nothing but the files of dist, and asks no other origin', async () => {
    expect(await tryPage(ONNX)).toEqual({ width: 512 });
    expect(otherOrigins).toEqual([]);
    expect(server.requests.toSorted()).toEqual(
      [
        '/',
        '/dist/assets/ort-wasm-simd-threaded.mjs',
        '/dist/assets/ort-wasm-simd-threaded.wasm',
        `${MODEL}/onnx/model_quantized.onnx`,
        `${MODEL}/tokenizer.json`,
        '/dist/assets/worker-wasm.js',
        '/dist/calls.js',
        '/dist/engine.js',
        '/dist/index.js',
        '/dist/shared.js',
        '/dist/links.js',
      ].toSorted(),
    );
  });

  test('embeds under a content security policy that allows its own origin only', async () => {
    server.setFault((_request, response) => {
      response.setHeader(
        'content-security-policy',
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:",
      );
      return false;
    });
    expect(await tryPage()).toEqual({ width: 512 });
  });

  test('finds the assets where assetsUrl says', async () => {
    expect(await tryPage({ assetsUrl: '/dist/assets' })).toEqual({ width: 512 });
  });

  test('refuses a worker of another origin with a typed error', async () => {
    // Whichever runtime it is asked for, one error says it.
    expect(await tryPage({ assetsUrl: 'https://cdn.example/assets/' })).toMatchObject({
      name: 'ModelLoadError',
      code: 'worker_script_failed',
      url: 'https://cdn.example/assets/worker-wasm.js',
    });
  });
});

/** A path, what comes instead of its file, and what the error must say. */
const FAULTS: [name: string, path: string, code: string, message: RegExp, fault: Fault][] = [
  ["a missing script of the library's engine", '/dist/engine.js', 'engine_script_failed', /engine\.js/, status(404)],
  ["a web page for the library's engine", '/dist/engine.js', 'engine_script_failed', /engine\.js/, webPage],
  ['missing weights', `${MODEL}/onnx/model_quantized.onnx`, 'model_file_missing', /HTTP 404/, status(404)],
  [
    'a server error for the weights',
    `${MODEL}/onnx/model_quantized.onnx`,
    'model_file_unreachable',
    /HTTP 503/,
    status(503),
  ],
  [
    'a web page for the weights',
    `${MODEL}/onnx/model_quantized.onnx`,
    'model_file_damaged',
    /web page.*HTTP 200/,
    webPage,
  ],
  [
    'cut weights',
    `${MODEL}/onnx/model_quantized.onnx`,
    'model_file_damaged',
    /expected 7095350 bytes, got 1000/,
    bytes(1000),
  ],
  ['damaged weights', `${MODEL}/onnx/model_quantized.onnx`, 'model_file_damaged', /SHA-256/, bytes(7_095_350)],
  [
    'weights that break off',
    `${MODEL}/onnx/model_quantized.onnx`,
    'model_file_unreachable',
    /before the whole file came/,
    breakOff,
  ],
  ['a web page for the tokenizer', `${MODEL}/tokenizer.json`, 'model_file_damaged', /web page.*HTTP 200/, webPage],
];

/** The same for the files of one runtime. */
const RUNTIME_FAULTS: [name: string, path: string, code: string, message: RegExp, fault: Fault][] = [
  ['a missing worker script', '/dist/assets/worker-wasm.js', 'worker_script_failed', /HTTP 404/, status(404)],
  ['a web page for the worker script', '/dist/assets/worker-wasm.js', 'worker_script_failed', /text\/html/, webPage],
  [
    'a worker script that throws',
    '/dist/assets/worker-wasm.js',
    'worker_script_failed',
    /boom/,
    script('throw new Error("boom")'),
  ],
  ['a missing runtime', '/dist/assets/ort-wasm-simd-threaded.wasm', 'runtime_file_failed', /HTTP 404/, status(404)],
  [
    'a web page for the runtime',
    '/dist/assets/ort-wasm-simd-threaded.wasm',
    'runtime_file_failed',
    /text\/html/,
    webPage,
  ],
  [
    "a missing runtime's script",
    '/dist/assets/ort-wasm-simd-threaded.mjs',
    'runtime_file_failed',
    /HTTP 404/,
    status(404),
  ],
];

describe('what breaks around a page', () => {
  test.each([
    ...FAULTS.map((fault) => [...fault, {}] as const),
    ...RUNTIME_FAULTS.map((fault) => [...fault, ONNX] as const),
  ])('%s is told by its URL, and the next call works', async (_name, path, code, message, fault, options) => {
    server.setFault((request, response, asked) => asked === path && fault(request, response, asked));
    const error = await tryPage(options);
    expect(error).toMatchObject({ name: 'ModelLoadError', code, url: server.origin + path, retryable: true });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(server.origin + path);
    server.setFault(undefined);
    expect(await page.evaluate('tryOnce(client)')).toEqual({ width: 512 });
  });

  test('a damaged file that the HTTP cache keeps is asked for anew', async () => {
    const path = `${MODEL}/tokenizer.json`;
    server.setFault((_request, response, asked) => {
      if (asked !== path) return false;
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=86400' }).end('{"cut');
      return true;
    });
    expect(await tryPage()).toMatchObject({ code: 'model_file_damaged' });
    server.setFault(undefined);
    expect(await page.evaluate('tryOnce(client)')).toEqual({ width: 512 });
  });
});

const HUB_MODEL = '/hub/universal-sentence-encoder-lite/resolve/main';

/** Hubs publish no hashes with their files, so here it is the content that has to tell. */
const HUB_FAULTS: [name: string, path: string, code: string, message: RegExp, fault: Fault][] = [
  ['no such model', `${HUB_MODEL}/config.json`, 'model_file_missing', /HTTP 404/, status(404)],
  ["a model it doesn't show", `${HUB_MODEL}/config.json`, 'authentication_failed', /gated or private/, status(401)],
  ['a web page for the configuration', `${HUB_MODEL}/config.json`, 'model_file_damaged', /web page.*HTTP 200/, webPage],
  ['a web page for the weights', `${HUB_MODEL}/onnx/model_quantized.onnx`, 'model_file_damaged', /web page/, webPage],
  ['half a tokenizer', `${HUB_MODEL}/tokenizer.json`, 'model_file_damaged', /expected JSON/, script('{"model": {')],
  ['damaged weights', `${HUB_MODEL}/onnx/model_quantized.onnx`, 'model_file_damaged', /usable model/, bytes(100_000)],
];

describe('what breaks at a hub', () => {
  test.each(HUB_FAULTS)('%s is told by its URL, and the next call works', async (_name, path, code, message, fault) => {
    server.setFault((request, response, asked) => asked === path && fault(request, response, asked));
    const error = await tryPage({ hub: '/hub', model: 'universal-sentence-encoder-lite' });
    const retryable = code !== 'authentication_failed';
    expect(error).toMatchObject({ name: 'ModelLoadError', code, url: server.origin + path, retryable });
    expect((error as Error).message).toMatch(message);
    server.setFault(undefined);
    expect(await page.evaluate('tryOnce(client)')).toEqual({ width: 512 });
  });

  test('a web page for every file is told by its URL', async () => {
    server.setFault((request, response, asked) => asked.startsWith('/hub/') && webPage(request, response, asked));
    const error = await tryPage({ hub: '/hub', model: 'universal-sentence-encoder-lite' });
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_file_damaged' });
  });

  test('nobody listening is told by the URL', async () => {
    const error = await tryPage({ hub: 'http://localhost:9', model: 'owner/model' });
    expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_file_unreachable' });
    expect((error as { url: string }).url).toMatch(/^http:\/\/localhost:9\/owner\/model\/resolve\/main\//);
  });
});

function status(code: number): Fault {
  return (_request, response) => {
    response.writeHead(code, { 'content-type': 'text/plain' }).end('no');
    return true;
  };
}

function webPage(...[, response]: Parameters<Fault>): boolean {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>');
  return true;
}

function script(source: string): Fault {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(source);
    return true;
  };
}

function bytes(size: number): Fault {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.alloc(size, 8));
    return true;
  };
}

function breakOff(...[, response]: Parameters<Fault>): boolean {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': 7_095_350 });
  response.write(Buffer.alloc(100_000, 8), () => response.destroy());
  return true;
}
