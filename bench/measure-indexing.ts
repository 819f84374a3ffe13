/** What people notice while a collection is indexed: how long a query takes, and whether the page still answers. */
import type { BrowserPage } from './browser.js';
import { disposeEngine, embed, startEngine, streamQueries, watchCall } from './drive-page.js';
import { LIBRARY, LIBRARY_ID } from './engines.js';
import type { ModelSetup } from './page/engine.js';
import type { QuerySupply } from './queries.js';
import type { IndexingSamples, RowSamples, WholeCallSamples } from './results.js';
import type { RunSize } from './rows.js';
import { rotateAll } from './texts.js';

/** As often as someone who types might ask. */
const EVERY_MS = 250;

/** Queries run untimed before the first latency is taken; V8 compiles its hot functions again meanwhile. */
const WARM_UP_QUERIES = 40;

/** Latencies of queries without and with indexing beside them, from the library started in this page. */
export async function measureIndexing(
  page: BrowserPage,
  queries: QuerySupply,
  corpus: readonly string[],
  { idleQueries, loadedQueries, firstComeQueries, firstComeAbstracts }: RunSize,
): Promise<IndexingSamples> {
  await embed(page, LIBRARY_ID, queries.take(WARM_UP_QUERIES));
  const idle = await streamQueries(page, LIBRARY_ID, { queries: queries.take(idleQueries), everyMs: EVERY_MS });
  const loaded = await streamQueries(page, LIBRARY_ID, {
    queries: queries.take(loadedQueries),
    everyMs: EVERY_MS,
    indexed: corpus,
  });
  // The queue a library without priorities has: here it is made by giving queries the priority of what they wait for.
  const firstComeTexts = rotateAll(corpus.slice(-firstComeAbstracts), 1);
  const firstCome = await streamQueries(page, LIBRARY_ID, {
    queries: queries.take(firstComeQueries),
    everyMs: EVERY_MS,
    indexed: firstComeTexts,
    priority: 'bulk',
  });
  return {
    idleMs: idle.samplesMs,
    loadedMs: loaded.samplesMs,
    indexedTexts: corpus.length,
    indexedByEnd: loaded.indexedCount,
    firstComeMs: firstCome.samplesMs,
    firstComeTexts: firstComeTexts.length,
    longTasks: loaded.longTasks,
  };
}

/** The main thread during one call of many short texts, whose large answer is shaped on that thread. */
export async function measureWholeCall(page: BrowserPage, texts: readonly string[]): Promise<WholeCallSamples> {
  return { texts: texts.length, longTasks: await watchCall(page, LIBRARY_ID, texts) };
}

/** A new client's first bulk call each time: it learns how fast it is, and starts its extra workers, meanwhile. */
export async function measureFirstBulk(
  page: BrowserPage,
  model: ModelSetup,
  texts: readonly string[],
  { name, rounds }: { name: string; rounds: number },
): Promise<RowSamples> {
  const samplesMs: number[] = [];
  const coldLibrary = { ...LIBRARY, id: 'library-cold' };
  for (let round = 0; round < rounds; round++) {
    await startEngine(page, coldLibrary, model);
    samplesMs.push(await embed(page, coldLibrary.id, rotateAll(texts, round)));
    await disposeEngine(page, coldLibrary.id);
  }
  return { id: 'first-bulk', name, engines: { [LIBRARY_ID]: { samplesMs } } };
}
