/** Takes the samples: engines take turns at every call, so that a machine that heats up or drifts hits all alike. */
import type { BrowserContext, Page } from 'playwright';
import { REFERENCE_ID } from './engines.js';
import type { FirstVectorRequest } from './page/bench-page.js';
import type { EngineSpec, ModelSetup } from './page/engine.js';
import type { Row } from './rows.js';
import { rotateWords } from './texts.js';

/** What a row gave for one engine. */
export interface EngineSamples {
  readonly samplesMs: number[];
  /** Least cosine with the reference engine's vectors over all texts; absent where none were compared. */
  leastCosine?: number;
}

/** What a row gave. */
export interface RowSamples {
  readonly name: string;
  /** Tokens of one call on average, special tokens included, after truncation. */
  readonly tokensPerCall: number;
  /** By engine id. */
  readonly engines: Record<string, EngineSamples>;
}

/** Texts with which every engine is run before it is timed; V8 compiles its hot functions again meanwhile. */
const WARM_UP_TEXTS = 8;
/** No call takes a tenth of it; without a limit a worker that hangs would hang the benchmark. */
const LIMIT_MS = 600_000;

/** The samples of one row, from engines that have been started in this page. */
export async function measureRow(
  page: Page,
  engines: readonly EngineSpec[],
  row: Row,
  rounds: number,
): Promise<RowSamples> {
  const samples = createSamples(engines);
  // The words' order one after the last round's, so that it isn't a text that will be timed.
  await warmUp(page, engines, rotateAll(row.calls.flat().slice(0, WARM_UP_TEXTS), rounds));
  for (let round = 0; round < rounds; round++) {
    for (const call of row.calls) {
      const texts = rotateAll(call, round);
      for (const { id } of engines) samples[id]?.samplesMs.push(await embed(page, id, texts));
      await compare(page, engines, samples);
    }
  }
  const tokens = await countTokens(page, row.calls.flat());
  const tokensPerCall = tokens.reduce((sum, count) => sum + count, 0) / row.calls.length;
  return { name: row.name, tokensPerCall, engines: samples };
}

/** From opening a new page to its first vector; the first visit, which fills the browser's caches, doesn't count. */
export async function measureFirstVector(
  context: BrowserContext,
  pageUrl: string,
  engines: readonly EngineSpec[],
  { model, text, rounds }: { model: ModelSetup; text: string; rounds: number },
): Promise<RowSamples> {
  const samples = createSamples(engines);
  for (let round = -1; round < rounds; round++) {
    for (const engine of engines) {
      const elapsedMs = await visit(context, pageUrl, { engine, model, text });
      if (round >= 0) samples[engine.id]?.samplesMs.push(elapsedMs);
    }
  }
  return { name: 'first vector', tokensPerCall: NaN, engines: samples };
}

/** Starts an engine in the page. */
export async function startEngine(page: Page, engine: EngineSpec, model: ModelSetup): Promise<void> {
  const start = page.evaluate(([spec, setup]) => globalThis.benchPage.start(spec, setup), [engine, model] as const);
  await withLimit(start, `${engine.label} to start`);
}

/** Tokens of each text as the reference engine counts them. */
export function countTokens(page: Page, texts: readonly string[]): Promise<readonly number[]> {
  const count = page.evaluate(([id, list]) => globalThis.benchPage.countTokens(id, list), [
    REFERENCE_ID,
    texts,
  ] as const);
  return withLimit(count, 'the tokens to be counted');
}

async function visit(context: BrowserContext, pageUrl: string, request: FirstVectorRequest): Promise<number> {
  const page = await context.newPage();
  try {
    await page.goto(`${pageUrl}#${encodeURIComponent(JSON.stringify(request))}`);
    const first = page.evaluate(() => globalThis.benchPage.firstVectorMs);
    return await withLimit(first, `${request.engine.label} to give a first vector`);
  } finally {
    await page.close();
  }
}

async function warmUp(page: Page, engines: readonly EngineSpec[], texts: readonly string[]): Promise<void> {
  for (const { id } of engines) await embed(page, id, texts);
}

function embed(page: Page, engineId: string, texts: readonly string[]): Promise<number> {
  const elapsed = page.evaluate(([id, list]) => globalThis.benchPage.embed(id, list), [engineId, texts] as const);
  return withLimit(elapsed, `${engineId} to embed ${texts.length} texts`);
}

async function compare(
  page: Page,
  engines: readonly EngineSpec[],
  samples: Record<string, EngineSamples>,
): Promise<void> {
  for (const { id } of engines) {
    const own = samples[id];
    if (!own || id === REFERENCE_ID) continue;
    const ids = [id, REFERENCE_ID] as const;
    const cosine = await page.evaluate(([one, other]) => globalThis.benchPage.compare(one, other), ids);
    // Math.min keeps a NaN, which says that vectors couldn't be compared.
    own.leastCosine = Math.min(own.leastCosine ?? 1, cosine);
  }
}

function createSamples(engines: readonly EngineSpec[]): Record<string, EngineSamples> {
  return Object.fromEntries(engines.map(({ id }): [string, EngineSamples] => [id, { samplesMs: [] }]));
}

function rotateAll(texts: readonly string[], by: number): string[] {
  return texts.map((text) => rotateWords(text, by));
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
