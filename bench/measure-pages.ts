/** Which page each row is measured in: every page starts only the engines it needs, and is closed after its rows. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserPage, OpenBrowser } from './browser.js';
import { collectGarbage, countTokens, embed, startEngine } from './drive-page.js';
import { KERNEL_ID, LIBRARY, LIBRARY_ID, PLAIN_ID, SINGLE_WORKERS, createReference, listEngines } from './engines.js';
import { collectFacts, readLoad, type Facts } from './facts.js';
import { measureFirstVector, measureRow, type Row } from './measure.js';
import { measureFirstBulk, measureIndexing, measureWholeCall } from './measure-indexing.js';
import type { BenchModel } from './models.js';
import type { EngineSpec } from './page/engine.js';
import { QuerySupply, chooseQueries } from './queries.js';
import type { MemorySample, Pass, Results, RowSamples } from './results.js';
import { nameRow, type RowId, type RunSize } from './rows.js';
import { loadTexts, type BenchTexts } from './texts.js';

/** What the pages of one server are measured with. */
export interface PageRun {
  readonly browser: OpenBrowser;
  readonly pageUrl: string;
  /** Whether the server's pages are cross-origin isolated. */
  readonly isIsolated: boolean;
  readonly model: BenchModel;
  /** Whether V8 may use VNNI. */
  readonly hasVnni: boolean;
  readonly size: RunSize;
  readonly rows: ReadonlySet<RowId>;
  /** Told what is being measured. */
  readonly onStep: (step: string) => void;
}

/** Queries of a typical length that are looked for; where more are sent, their words change places. */
const QUERIES = 40;

/** Every row but the one that has an isolated page of its own. */
export async function measurePages(run: PageRun): Promise<Results> {
  const { model, size, isIsolated } = run;
  const texts = loadTexts(size.abstracts, size.notes);
  const { facts, queries } = await prepare(run, texts);
  const rows = [
    ...(await measureSideBySide(run, listRows(texts, queries, size))),
    ...(await measureStarts(run, texts.abstracts, queries[0] ?? '')),
  ];
  return {
    facts,
    passes: [
      ...(rows.length === 0 ? [] : [{ isIsolated, baseId: LIBRARY_ID, engines: listEngines(isIsolated), rows }]),
      ...(await measureOneWorker(run, texts.abstracts)),
    ],
    ...(await measureAlone(run, texts, queries)),
    knownLimits: model.knownLimits,
    modelName: model.name,
    hasVnni: run.hasVnni,
    weightsBytes: statSync(join(model.directory, 'onnx/model_quantized.onnx')).size,
  };
}

/** What needs an isolated page: the abstracts once more, for the baseline with threads, and memory. */
export async function measureIsolated(run: PageRun): Promise<Pick<Results, 'passes' | 'memory'>> {
  const { size, rows } = run;
  const { abstracts } = loadTexts(size.abstracts, size.notes);
  const memory = rows.has('memory') ? await measureMemory(run, abstracts.slice(0, 8)) : undefined;
  if (!rows.has('isolated-abstracts')) return { passes: [], ...(memory && { memory }) };
  const engines = [LIBRARY, createReference(true)];
  const pass = await measureTogether(run, 'isolated-abstracts', abstracts, engines);
  return { passes: [{ ...pass, isIsolated: true, baseId: LIBRARY_ID }], ...(memory && { memory }) };
}

/** Each runtime on one core. */
async function measureOneWorker(run: PageRun, abstracts: readonly string[]): Promise<Pass[]> {
  if (!run.rows.has('one-worker')) return [];
  const engines = [...SINGLE_WORKERS, createReference(run.isIsolated)];
  const pass = await measureTogether(run, 'one-worker', abstracts, engines);
  return [{ ...pass, isIsolated: run.isIsolated, baseId: KERNEL_ID }];
}

async function measureTogether(
  run: PageRun,
  id: RowId,
  abstracts: readonly string[],
  engines: readonly EngineSpec[],
): Promise<Pick<Pass, 'engines' | 'rows'>> {
  const name = nameRow(id, run.size);
  run.onStep(name);
  const rows = await withPage(run, engines, async (page) => [
    await measureRow(page, engines, { id, name, calls: [abstracts] }, run.size.rounds),
  ]);
  return { engines, rows };
}

/** Each runtime in a page of its own: by how much the page's process grows until it has embedded some texts. */
async function measureMemory(run: PageRun, texts: readonly string[]): Promise<MemorySample[]> {
  const { browser, model } = run;
  run.onStep(nameRow('memory', run.size));
  const samples: MemorySample[] = [];
  for (const engine of SINGLE_WORKERS.filter(({ id }) => id !== PLAIN_ID)) {
    const bytes = await withPage(run, [], async (page) => {
      await collectGarbage(page);
      const before = await browser.readPageMemory();
      await startEngine(page, engine, model.setup);
      await embed(page, engine.id, texts);
      await collectGarbage(page);
      const growths = [...(await browser.readPageMemory())].map(([id, own]) => own - (before.get(id) ?? own));
      return Math.max(0, ...growths);
    });
    if (bytes > 0) samples.push({ id: engine.id, label: engine.label, bytes });
  }
  return samples;
}

function listRows({ abstracts, notes }: BenchTexts, queries: readonly string[], size: RunSize): Row[] {
  return [
    { id: 'abstracts', name: nameRow('abstracts', size), calls: [abstracts] },
    { id: 'notes', name: nameRow('notes', size), calls: [notes] },
    { id: 'query', name: nameRow('query', size), calls: queries.slice(0, size.queries).map((query) => [query]) },
  ];
}

/** The facts, and the queries of a typical length, as the reference engine counts tokens. */
async function prepare(run: PageRun, texts: BenchTexts): Promise<{ facts: Facts; queries: string[] }> {
  const load = readLoad();
  run.onStep('choosing queries');
  return withPage(run, [createReference(run.isIsolated)], async (page) => ({
    facts: await collectFacts(run.browser, page, run.model, texts, load),
    queries: chooseQueries(texts.queries, await countTokens(page, texts.queries), QUERIES),
  }));
}

/** The rows of engines that run already. */
async function measureSideBySide(run: PageRun, rows: readonly Row[]): Promise<RowSamples[]> {
  const wanted = rows.filter(({ id }) => run.rows.has(id));
  if (wanted.length === 0) return [];
  const engines = listEngines(run.isIsolated);
  run.onStep('starting every engine');
  return withPage(run, engines, async (page) => {
    const samples: RowSamples[] = [];
    for (const row of wanted) {
      run.onStep(row.name);
      samples.push(await measureRow(page, engines, row, run.size.rounds));
    }
    return samples;
  });
}

/** The rows that have an engine's start in them. */
async function measureStarts(run: PageRun, abstracts: readonly string[], query: string): Promise<RowSamples[]> {
  const { browser, pageUrl, isIsolated, model, size, rows, onStep } = run;
  const samples: RowSamples[] = [];
  if (rows.has('first-bulk')) {
    const first = { name: nameRow('first-bulk', size), rounds: size.rounds };
    onStep(first.name);
    samples.push(await withPage(run, [], (page) => measureFirstBulk(page, model.setup, abstracts, first)));
  }
  if (rows.has('first-vector')) {
    const first = { name: nameRow('first-vector', size), model: model.setup, text: query, rounds: size.rounds };
    onStep(first.name);
    samples.push(await measureFirstVector(browser, pageUrl, listEngines(isIsolated), first));
  }
  return samples;
}

/** What is about this library alone. */
async function measureAlone(
  run: PageRun,
  { corpus, corpusNotes }: BenchTexts,
  queries: readonly string[],
): Promise<Pick<Results, 'indexing' | 'wholeCall'>> {
  const { size, rows, onStep } = run;
  if (!rows.has('query-while-indexing') && !rows.has('whole-call')) return {};
  const measureOne = async <Value>(id: RowId, measure: () => Promise<Value>): Promise<Value | undefined> => {
    if (!rows.has(id)) return undefined;
    onStep(nameRow(id, size));
    return measure();
  };
  return withPage(run, [LIBRARY], async (page) => {
    const supply = new QuerySupply(queries);
    const notes = corpusNotes.slice(0, size.wholeCallNotes);
    const indexing = await measureOne('query-while-indexing', () => measureIndexing(page, supply, corpus, size));
    const wholeCall = await measureOne('whole-call', () => measureWholeCall(page, notes));
    return { ...(indexing && { indexing }), ...(wholeCall && { wholeCall }) };
  });
}

/** A new page in which the engines have been started. */
async function withPage<Value>(
  { browser, pageUrl, model }: PageRun,
  engines: readonly EngineSpec[],
  work: (page: BrowserPage) => Promise<Value>,
): Promise<Value> {
  const page = await browser.newPage();
  try {
    await page.goto(pageUrl);
    for (const engine of engines) await startEngine(page, engine, model.setup);
    return await work(page);
  } finally {
    await page.close();
  }
}
