/** A site whose service worker has its pages answer: stopped workers, closed pages, several pages, none. */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launch, startSite, type Site } from '../support/service-worker-site.js';

/** What `ask()` of a page gives. */
interface Answer {
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly vectors?: string[];
}

const COUNT = 150;
const MANY = `Array.from({ length: ${COUNT} }, (_, index) => 'a long list of many things, of which this is number ' + index)`;
const LONG_COUNT = 2048;
const LONG = `Array.from({ length: ${LONG_COUNT} }, (_, index) => index + ' and so on'.repeat(40))`;

let browser: Browser;
let site: Site;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

beforeEach(async () => {
  site = await startSite(browser);
});

afterEach(() => site.close());

const ask = (page: Page, input: string, init = '{}', path = '/v1/embeddings'): Promise<Answer> =>
  page.evaluate<Answer>(`ask(${input}, ${init}, '${path}')`);

/** What a page's own client says, without the service worker. */
const compute = (page: Page, input: string): Promise<string[]> =>
  page.evaluate(`client.embeddings.create({ input: ${input}, encoding_format: 'base64' })
    .then(({ data }) => data.map(({ embedding }) => embedding))`);

const countPending = (page: Page): Promise<number> =>
  page.evaluate('client.models.list().then(({ data }) => data[0].stats.results_pending)');

/** How many texts the workers of a page were given. */
const countEmbedded = (page: Page): Promise<number> => page.evaluate('embedded');

const isAtWork = async (page: Page): Promise<boolean> => (await countPending(page)) > 0;

test('a plain fetch of any script is answered on the device, and other requests are left alone', async () => {
  const page = await site.open();
  expect(await ask(page, '"Hello world"')).toEqual({ status: 200, vectors: await compute(page, '"Hello world"') });
  expect(await page.evaluate(`fetch('/v1/models').then((response) => response.json())`)).toMatchObject({
    data: [{ id: 'universal-sentence-encoder-lite' }],
  });
  expect(site.server.requests.filter((path) => path.startsWith('/v1/'))).toEqual([]);
  await page.evaluate(
    `Promise.all(['/v1/users', '/v1/universal-sentence-encoder-lite', '/other'].map((path) => fetch(path, { method: 'POST' })))`,
  );
  expect(site.server.requests).toEqual(
    expect.arrayContaining(['/v1/users', '/v1/universal-sentence-encoder-lite', '/other']),
  );
});

test('every request of a stream is answered rightly while the service worker is stopped again and again', async () => {
  const page = await site.open();
  await ask(page, '"warm"');
  const stream = page.evaluate<Answer[][]>(`(async () => {
    globalThis.lanes = [[], [], []];
    const run = async (lane, index) => {
      while (!globalThis.isEnough) {
        lane.push(await ask('request ' + lane.length + ' of ' + index).catch((error) => ({ status: 0, error })));
      }
    };
    await Promise.all(lanes.map(run));
    return lanes;
  })()`);
  for (let stops = 0; stops < 6; stops += 1) {
    await site.stopServiceWorker(page);
    // The browser asks a second time by itself, and no third time: none of the requests that were hit may wait still.
    const seen = await page.evaluate<number[]>('lanes.map(({ length }) => length)');
    await page.waitForFunction((counts) => {
      const { lanes } = globalThis as unknown as { readonly lanes: readonly Answer[][] };
      return lanes.every(({ length }, lane) => length >= (counts[lane] ?? 0) + 4);
    }, seen);
  }
  await page.evaluate('globalThis.isEnough = true');
  const lanes = await stream;
  expect(lanes.flat().length).toBeGreaterThanOrEqual(60);
  const expected = lanes.map(async ({ length }, lane) => {
    const vectors = await compute(
      page,
      `Array.from({ length: ${length} }, (_, index) => 'request ' + index + ' of ${lane}')`,
    );
    return vectors.map((vector) => ({ status: 200, vectors: [vector] }));
  });
  expect(lanes).toEqual(await Promise.all(expected));
});

test('a request during which the service worker is stopped is answered', async () => {
  const page = await site.open();
  const answer = ask(page, MANY);
  await expect.poll(() => isAtWork(page)).toBe(true);
  await site.stopServiceWorker(page);
  const { status, vectors } = await answer;
  expect(status).toBe(200);
  expect(vectors).toEqual(await compute(page, MANY));
});

test('work that a stopped service worker had asked for ends', async () => {
  const page = await site.open();
  const calls = 4;
  const answers = Array.from({ length: calls }, () => ask(page, LONG).catch(() => undefined));
  // A call has at most 1,024 of its inputs in the queue.
  await expect.poll(() => countPending(page)).toBeGreaterThan((calls - 1) * 1024);
  // The browser asks a second time by itself, and no third time.
  await site.stopServiceWorker(page);
  await expect.poll(() => countPending(page)).toBeGreaterThan(calls * 1024);
  await site.stopServiceWorker(page);
  await Promise.all(answers);
  await expect.poll(() => countPending(page)).toBe(0);
  expect(await countEmbedded(page)).toBeLessThan(2 * calls * LONG_COUNT);
});

test('another page answers when the one that does is closed', async () => {
  const [first, second] = [await site.open(), await site.open('/asks-only')];
  const answer = ask(second, MANY);
  await expect.poll(() => isAtWork(first)).toBe(true);
  await second.evaluate('serve()');
  await first.close();
  const { status, vectors } = await answer;
  expect(status).toBe(200);
  expect(vectors).toHaveLength(COUNT);
  expect(vectors).toEqual(await compute(second, MANY));
});

test('a page that loads while a request waits answers it', async () => {
  const asker = await site.open('/asks-only');
  const answer = ask(asker, '"early"');
  const page = await site.open();
  expect(await answer).toEqual({ status: 200, vectors: await compute(page, '"early"') });
});

test('the page that asks is preferred, and one of another model doesn’t stand in its way', async () => {
  const first = await site.open();
  const second = await site.open('/asks-only');
  await second.evaluate(`serve({ maxTokens: 4 })`);
  const long = '"one two three four five six seven eight"';
  for (const page of [first, second]) {
    expect(await ask(page, long)).toEqual({ status: 200, vectors: await compute(page, long) });
  }
  expect(await compute(first, long)).not.toEqual(await compute(second, long));
  await second.evaluate(`stop()`);
  expect(await ask(second, long)).toEqual({ status: 200, vectors: await compute(first, long) });
});

test('without a page that answers, a request gets 503 in the shape of OpenAI, and no vector', async () => {
  await site.close();
  site = await startSite(browser, { pageTimeoutMs: 500 });
  const page = await site.open('/asks-only');
  const answer = await ask(page, '"nobody is there"');
  expect(answer).toMatchObject({ status: 503, error: { code: 'connection_failed', type: 'api_error', param: null } });
  expect(answer.error?.message).toContain('serveEmbeddings()');
  expect(answer.error?.message).not.toContain('nobody');
  await page.evaluate('serve()');
  await page.evaluate('client.dispose()');
  expect(await ask(page, '"disposed"')).toMatchObject({ status: 503, error: { code: 'disposed' } });
});

test('a request that takes too long gets 408, and its work ends', async () => {
  await site.close();
  site = await startSite(browser, { timeoutMs: 1_000 });
  const page = await site.open();
  await page.evaluate(`client.embeddings.create({ input: 'load' })`);
  expect(await ask(page, LONG)).toMatchObject({ status: 408, error: { code: 'timeout' } });
  await expect.poll(() => isAtWork(page)).toBe(false);
  expect(await countEmbedded(page)).toBeLessThan(LONG_COUNT);
});

test('work ends when the page that asked for it is closed, and an aborted fetch rejects at once', async () => {
  const [page, asker] = [await site.open(), await site.open('/asks-only')];
  await asker.evaluate(`globalThis.controller = new AbortController()`);
  const answer = ask(asker, LONG, '{ signal: controller.signal }').catch((error: unknown) => String(error));
  await expect.poll(() => isAtWork(page)).toBe(true);
  await asker.evaluate('controller.abort()');
  expect(await answer).toContain('AbortError');
  expect(await isAtWork(page)).toBe(true);
  await asker.close();
  await expect.poll(() => isAtWork(page)).toBe(false);
  expect(await countEmbedded(page)).toBeLessThan(LONG_COUNT);
});

test('large requests and answers pass', async () => {
  const page = await site.open();
  const large = `Array.from({ length: 20 }, (_, index) => ('word ' + index + ' ').repeat(2_000))`;
  const { status, vectors } = await ask(page, large);
  expect(status).toBe(200);
  expect(vectors).toHaveLength(20);
  expect(vectors?.[19]).toBe((await compute(page, `('word 19 ').repeat(2_000)`))[0]);
});

test('asynchronous requests are answered by whichever page is there', async () => {
  await site.close();
  site = await startSite(browser, { models: ['universal-sentence-encoder-lite'] });
  const first = await site.open();
  const submitted = await first.evaluate<{ status_url: string; response_url: string }>(
    `fetch('/v2/universal-sentence-encoder-lite', { method: 'POST', body: JSON.stringify({ prompt: 'You are beautiful' }) }).then((response) => response.json())`,
  );
  expect(submitted.status_url).toMatch(new RegExp(`^${site.server.origin}/v2/requests/[\\w-]+/status$`));
  const second = await site.open();
  await first.close();
  const read = (url: string): Promise<unknown> =>
    second.evaluate(`fetch('${url}').then((response) => response.json())`);
  await expect.poll(() => read(submitted.status_url)).toMatchObject({ status: 'COMPLETED' });
  expect(await read(submitted.response_url)).toMatchObject({ status: 'COMPLETED', output: { data: [{ index: 0 }] } });
});

test('the openai package on a page is answered at the address it has always had', async () => {
  await site.close();
  site = await startSite(browser, { baseURL: 'https://api.openai.com/v1' });
  const page = await site.open();
  const width = await page.evaluate(`(async () => {
    const { default: OpenAI } = await import('/openai/index.mjs');
    const openai = new OpenAI({ apiKey: 'unused', dangerouslyAllowBrowser: true });
    const { data } = await openai.embeddings.create({ model: 'universal-sentence-encoder-lite', input: 'Hello' });
    return data[0].embedding.length;
  })()`);
  expect(width).toBe(512);
});
