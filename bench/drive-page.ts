/** Asks the page for things, with a limit on every wait: a worker that hangs would otherwise hang the benchmark. */
import type { BrowserPage, OpenBrowser } from './browser.js';
import { REFERENCE_ID } from './engines.js';
import type { FirstVectorRequest } from './page/bench-page.js';
import type { EngineSpec, ModelSetup } from './page/engine.js';
import type { LongTasks } from './page/long-tasks.js';
import type { QueryStream, QueryStreamSamples } from './page/query-stream.js';

/** No call takes a tenth of it. */
const LIMIT_MS = 600_000;

/** Starts an engine in the page. */
export async function startEngine(page: BrowserPage, engine: EngineSpec, model: ModelSetup): Promise<void> {
  const start = page.evaluate(([spec, setup]) => globalThis.benchPage.start(spec, setup), [engine, model] as const);
  await withLimit(start, `${engine.label} to start`);
}

/** Ends an engine's workers. */
export async function disposeEngine(page: BrowserPage, engineId: string): Promise<void> {
  await page.evaluate((id) => {
    globalThis.benchPage.dispose(id);
  }, engineId);
}

/** Milliseconds from the call to the last vector, taken in the page. */
export function embed(page: BrowserPage, engineId: string, texts: readonly string[]): Promise<number> {
  const elapsed = page.evaluate(([id, list]) => globalThis.benchPage.embed(id, list), [engineId, texts] as const);
  return withLimit(elapsed, `${engineId} to embed ${texts.length} texts`);
}

/** Least cosine between an engine's latest vectors and the reference engine's. */
export function compareWithReference(page: BrowserPage, engineId: string): Promise<number> {
  const ids = [engineId, REFERENCE_ID] as const;
  return page.evaluate(([id, referenceId]) => globalThis.benchPage.compare(id, referenceId), ids);
}

/** Tokens of each text as the reference engine counts them. */
export function countTokens(page: BrowserPage, texts: readonly string[]): Promise<readonly number[]> {
  const request = [REFERENCE_ID, texts] as const;
  const count = page.evaluate(([id, list]) => globalThis.benchPage.countTokens(id, list), request);
  return withLimit(count, 'the tokens to be counted');
}

/** The library's latencies under a steady stream of queries. */
export function streamQueries(page: BrowserPage, engineId: string, stream: QueryStream): Promise<QueryStreamSamples> {
  const request = [engineId, stream] as const;
  const samples = page.evaluate(([id, queries]) => globalThis.benchPage.streamQueries(id, queries), request);
  return withLimit(samples, `${stream.queries.length} queries to be answered`);
}

/** The main thread's long tasks during one whole call of the library. */
export function watchCall(page: BrowserPage, engineId: string, texts: readonly string[]): Promise<LongTasks> {
  const longTasks = page.evaluate(([id, list]) => globalThis.benchPage.watchCall(id, list), [engineId, texts] as const);
  return withLimit(longTasks, `${engineId} to embed ${texts.length} texts`);
}

/** Has the page and its workers let go of what nobody needs. */
export function collectGarbage(page: BrowserPage): Promise<void> {
  const collected = page.evaluate(() => globalThis.benchPage.collectGarbage());
  return withLimit(collected, 'garbage to be collected');
}

/** Milliseconds from opening a new page to its first vector. */
export async function visitForFirstVector(
  browser: OpenBrowser,
  pageUrl: string,
  request: FirstVectorRequest,
): Promise<number> {
  const page = await browser.newPage();
  try {
    await page.goto(`${pageUrl}#${encodeURIComponent(JSON.stringify(request))}`);
    const first = page.evaluate(() => globalThis.benchPage.firstVectorMs);
    return await withLimit(first, `${request.engine.label} to give a first vector`);
  } finally {
    await page.close();
  }
}

async function withLimit<Value>(work: Promise<Value>, what: string): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing came within ${LIMIT_MS / 1000} s.`));
    }, LIMIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw new Error(`Expected ${what}, but: ${readMessage(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Playwright puts the page's stack, which is minified, and its own method into the message. */
function readMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^page\.evaluate: /, '').replace(/\n\s+at [^]*$/, '');
}
