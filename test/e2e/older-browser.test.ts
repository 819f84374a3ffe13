/** The built package in a browser that lacks what Safari 16 and Chrome 103 lack: taken from it before any script runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, launchOptions } from '../../scripts/browser/find-browser.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer, type FileServer } from '../support/file-server.js';
import { LANE_KEY } from '../support/provider-server/wire.js';
import { startProviderServer, type ProviderServer } from '../support/provider-server/start.js';

/** Takes away what is newer, also from arrays of bytes, and has patterns that look behind refused. */
const OLDER = `(() => {
  const take = (object, names) => { for (const name of names) delete object?.[name]; };
  const copying = ['toSorted', 'toReversed', 'toSpliced', 'with'];
  take(Array.prototype, copying);
  take(Object.getPrototypeOf(Uint8Array.prototype), copying);
  take(Array, ['fromAsync']);
  take(URL, ['canParse', 'parse']);
  take(Object, ['groupBy']);
  take(Map, ['groupBy']);
  take(Promise, ['withResolvers', 'try']);
  take(AbortSignal, ['any']);
  take(String.prototype, ['isWellFormed', 'toWellFormed']);
  take(Set.prototype, ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']);
  take(globalThis.Iterator?.prototype, ['map', 'filter', 'take', 'drop', 'flatMap', 'reduce', 'toArray', 'forEach', 'some', 'every', 'find']);
  take(globalThis, ['Iterator']);
  take(Uint8Array, ['fromBase64', 'fromHex']);
  take(Uint8Array.prototype, ['toBase64', 'toHex']);
})();`;

/** Only pages: what computes needs WASM SIMD, and browsers that have it look behind. */
const NO_LOOKBEHIND = `
const { RegExp: Own } = globalThis;
globalThis.RegExp = new Proxy(Own, {
  construct(target, [pattern, flags]) {
    if (/\\(\\?<[=!]/.test(String(pattern))) throw new SyntaxError('Invalid regular expression: invalid group specifier name');
    return new target(pattern, flags);
  },
});`;

const PAGE = `<!doctype html><title>Older</title><link rel="icon" href="data:," />
<script>${OLDER}${NO_LOOKBEHIND}</script>
<script type="module">
  import { EmbeddingClient, topK } from '/dist/index.js';
  import { infinity, nugen, openaiCompatible, segmind } from '/dist/providers.js';
  import { createFetch } from '/dist/fetch.js';
  Object.assign(globalThis, { EmbeddingClient, topK, infinity, nugen, openaiCompatible, segmind, createFetch });
  globalThis.width = ({ data, provider }) => [data[0].embedding.length, provider.id];
</script>`;

let browser: Browser;
let site: FileServer;
let providers: ProviderServer;

beforeAll(async () => {
  [browser, providers] = await Promise.all([chromium.launch(launchOptions(findBrowser())), startProviderServer()]);
  site = await startFileServer({ '/dist/': join(ROOT, 'dist') }, { '/': PAGE });
  site.setFault((_request, response, path) => {
    if (!path.startsWith('/dist/assets/worker-')) return false;
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(OLDER + readFileSync(join(ROOT, path), 'utf8'));
    return true;
  });
});

afterAll(async () => {
  await Promise.all([browser.close(), providers.close(), site.close()]);
});

/** What an expression gives in such a page. */
async function tryThere(expression: string): Promise<unknown> {
  const page = await browser.newPage();
  await page.goto(`${site.origin}/`);
  await page.waitForFunction('globalThis.width');
  try {
    return await page.evaluate(expression);
  } finally {
    await page.close();
  }
}

test.each(['kernel', 'onnxruntime'])('a device embeds there, on %s', async (runtime) => {
  const expression = `new EmbeddingClient({ runtime: '${runtime}', workers: 2 })
    .embeddings.create({ input: ['one', 'two words', 'three words here'] }).then(width)`;
  expect(await tryThere(expression)).toEqual([512, expect.any(String)]);
});

test.each(['openaiCompatible', 'infinity', 'nugen', 'segmind'])('%s answers there', async (provider) => {
  const { url } = providers.lane();
  const baseURL = provider === 'openaiCompatible' ? `${url}/v1` : url;
  const expression = `new EmbeddingClient({
    policy: 'only-remote',
    fallback: [${provider}({ baseURL: '${baseURL}', model: 'text-embedding-3-small', apiKey: () => '${LANE_KEY}' })],
  }).embeddings.create({ input: ['one', 'two words'] }).then(width)`;
  expect(await tryThere(expression)).toEqual([expect.any(Number), expect.any(String)]);
});

test('what a provider refuses is told without the text there, also a short one', async () => {
  const lane = providers.lane();
  await lane.script([{ kind: 'status', status: 400, shape: 'echo' }]);
  const expression = `new EmbeddingClient({
    policy: 'only-remote',
    fallback: [openaiCompatible({ baseURL: '${lane.url}/v1', model: 'text-embedding-3-small', apiKey: () => '${LANE_KEY}' })],
  }).embeddings.create({ input: 'xyz' }).catch(({ code, message }) => [code, message.includes('xyz')])`;
  expect(await tryThere(expression)).toEqual(['bad_request', false]);
});

test('a fetch, a search and a job are answered there', async () => {
  const fetched = `createFetch(new EmbeddingClient(), { baseURL: '/api' })('api/v1/embeddings', { method: 'POST', body: '{ "input": "a" }' })
    .then((response) => response.status)`;
  expect(await tryThere(fetched)).toBe(200);
  const searched = `topK(new Int8Array(384).fill(1), new Int8Array(7000 * 384).fill(1), 1)`;
  expect(await tryThere(searched)).toMatchObject([{ index: 0 }]);
  const worked = `(async () => {
    const client = new EmbeddingClient();
    const job = await client.jobs.create({ input: ['one', 'two'] });
    const { output } = await job.wait({ timeoutMs: 60_000 });
    return [output.data.length, (await client.jobs.list()).data?.length ?? (await client.jobs.list()).length];
  })()`;
  expect(await tryThere(worked)).toEqual([2, 1]);
});
