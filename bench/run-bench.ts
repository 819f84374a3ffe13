/** One model's run: a server, a browser with an empty profile, every row, the report. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright';
import { launchOptions } from '../scripts/browser/find-browser.js';
import { bundlePage } from './bundle-page.js';
import { ENGINES } from './engines.js';
import { collectFacts, readLoad, type Facts } from './facts.js';
import { countTokens, measureFirstVector, measureRow, startEngine, type RowSamples } from './measure.js';
import type { BenchModel } from './models.js';
import type { Results } from './report.js';
import { chooseQueries, listRows, type RunSize } from './rows.js';
import { PAGE_PATH, serveBench } from './serve.js';
import { loadTexts } from './texts.js';

/** What a run needs to know. */
export interface RunOptions {
  readonly browser: string;
  readonly model: BenchModel;
  readonly size: RunSize;
  readonly isIsolated: boolean;
  /** Told what is being measured. */
  readonly onStep: (step: string) => void;
}

/** Large enough to keep every file: by default a browser keeps none of more than an eighth of its cache. */
const CACHE_BYTES = 2 ** 30;

/** Measures every row with one model. Leaves no process and no file behind, however it ends. */
export async function runBench(options: RunOptions): Promise<Results> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await bundlePage(join(scratch, 'page'));
    const server = await serveBench(join(scratch, 'page'), options.model, options.isIsolated);
    try {
      // A profile on disk, since a private window's cache is too small for the models.
      const context = await chromium.launchPersistentContext(join(scratch, 'profile'), {
        ...launchOptions(options.browser),
        args: [`--disk-cache-size=${CACHE_BYTES}`],
      });
      try {
        return await measureAll(context, `${server.origin}${PAGE_PATH}`, options);
      } finally {
        await context.close();
      }
    } finally {
      await server.close();
    }
  } finally {
    // A browser may write its last files after it has said that it is closed.
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureAll(context: BrowserContext, pageUrl: string, options: RunOptions): Promise<Results> {
  const { model, size, onStep } = options;
  const { facts, rows, query } = await measureWarm(context, pageUrl, options);
  onStep('first vector');
  const first = { model: model.setup, text: query, rounds: size.rounds };
  rows.push(await measureFirstVector(context, pageUrl, ENGINES, first));
  return { facts, engines: ENGINES, rows, knownLimits: model.knownLimits };
}

/** The rows of engines that run already. Their page is closed at the end: a first vector is measured without them. */
async function measureWarm(
  context: BrowserContext,
  pageUrl: string,
  { model, size, onStep }: RunOptions,
): Promise<{ facts: Facts; rows: RowSamples[]; query: string }> {
  const texts = loadTexts(size.abstracts, size.notes);
  const load = readLoad();
  const page = await context.newPage();
  await page.goto(pageUrl);
  for (const engine of ENGINES) {
    onStep(`starting ${engine.label}`);
    await startEngine(page, engine, model.setup);
  }
  const queries = chooseQueries(texts.queries, await countTokens(page, texts.queries), size.queries);
  const rows: RowSamples[] = [];
  for (const row of listRows(texts, queries)) {
    onStep(row.name);
    rows.push(await measureRow(page, ENGINES, row, size.rounds));
  }
  const facts = await collectFacts(page, model, texts, load);
  await page.close();
  return { facts, rows, query: queries[0] ?? '' };
}
