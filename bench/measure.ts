/** Takes the samples: engines take turns at every call, so that a machine that heats up or drifts hits all alike. */
import type { BrowserPage, OpenBrowser } from './browser.js';
import { compareWithReference, countTokens, embed, visitForFirstVector } from './drive-page.js';
import { REFERENCE_ID } from './engines.js';
import type { EngineSpec, ModelSetup } from './page/engine.js';
import type { EngineSamples, RowSamples } from './results.js';
import type { RowId } from './rows.js';
import { rotateAll } from './texts.js';

/** Calls that are timed together: a sample is one call. */
export interface Row {
  readonly id: RowId;
  readonly name: string;
  /** The texts of each call of a round. */
  readonly calls: readonly (readonly string[])[];
}

/** Texts with which every engine is run before it is timed; V8 compiles its hot functions again meanwhile. */
const WARM_UP_TEXTS = 8;

/** The samples of one row, from engines that have been started in this page. */
export async function measureRow(
  page: BrowserPage,
  engines: readonly EngineSpec[],
  row: Row,
  rounds: number,
): Promise<RowSamples> {
  const samples = createSamples(engines);
  for (const { id } of engines) await embed(page, id, takeUntimed(row.calls.flat().slice(0, WARM_UP_TEXTS), 0, rounds));
  for (let round = 0; round < rounds; round++) {
    for (const call of row.calls) {
      const texts = rotateAll(call, round);
      for (const { id } of engines) {
        await prepare(page, id, call, round, rounds);
        samples[id]?.samplesMs.push(await embed(page, id, texts));
      }
      await compare(page, engines, samples);
    }
  }
  const tokens = await countTokens(page, row.calls.flat());
  const tokensPerCall = tokens.reduce((sum, count) => sum + count, 0) / row.calls.length;
  return { id: row.id, name: row.name, tokensPerCall, engines: samples };
}

/** From opening a new page to its first vector; the first visit, which fills the browser's caches, doesn't count. */
export async function measureFirstVector(
  browser: OpenBrowser,
  pageUrl: string,
  engines: readonly EngineSpec[],
  { name, model, text, rounds }: { name: string; model: ModelSetup; text: string; rounds: number },
): Promise<RowSamples> {
  const samples = createSamples(engines);
  for (let round = -1; round < rounds; round++) {
    for (const engine of engines) {
      const elapsedMs = await visitForFirstVector(browser, pageUrl, { engine, model, text });
      if (round >= 0) samples[engine.id]?.samplesMs.push(elapsedMs);
    }
  }
  return { id: 'first-vector', name, engines: samples };
}

/**
 * The same amount of work once, untimed, right before it is timed. While the others have their turns this library lets
 * its extra workers go, as it should; without this, every bulk call would be timed with the start of a worker in it.
 * What that start costs is a row of its own. Less work wouldn't do: workers are added only for enough of it.
 */
async function prepare(
  page: BrowserPage,
  engineId: string,
  call: readonly string[],
  round: number,
  rounds: number,
): Promise<void> {
  if (call.length > 1) await embed(page, engineId, takeUntimed(call, round, rounds));
}

/** In an order of words that no round has, so that none of it is a text that will be timed. */
function takeUntimed(texts: readonly string[], round: number, rounds: number): string[] {
  return rotateAll(texts, rounds + round);
}

async function compare(
  page: BrowserPage,
  engines: readonly EngineSpec[],
  samples: Record<string, EngineSamples>,
): Promise<void> {
  for (const { id } of engines) {
    const own = samples[id];
    if (!own || id === REFERENCE_ID) continue;
    // Math.min keeps a NaN, which says that vectors couldn't be compared.
    own.minCosine = Math.min(own.minCosine ?? 1, await compareWithReference(page, id));
  }
}

function createSamples(engines: readonly EngineSpec[]): Record<string, EngineSamples> {
  return Object.fromEntries(engines.map(({ id }): [string, EngineSamples] => [id, { samplesMs: [] }]));
}
