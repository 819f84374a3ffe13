/** Runs inside the page: holds the engines and takes the times, so that no message to Node is part of them. */
import { collectGarbage } from './collect-garbage.js';
import { minCosine } from './cosine.js';
import type { Engine, EngineSpec, ModelSetup } from './engine.js';
import { LibraryEngine } from './library-engine.js';
import { watchLongTasks, type LongTasks } from './long-tasks.js';
import { streamQueries, type QueryStream, type QueryStreamSamples } from './query-stream.js';
import { TransformersEngine } from './transformers-engine.js';

/** What a page is opened with, in its address, to start an engine on its own and embed one text. */
export interface FirstVectorRequest {
  readonly engine: EngineSpec;
  readonly model: ModelSetup;
  readonly text: string;
}

/** What Node drives. */
export interface BenchPage {
  start(engine: EngineSpec, model: ModelSetup): Promise<void>;
  /** Ends an engine's workers and forgets it. */
  dispose(engineId: string): void;
  /** Milliseconds from the call to the last vector, as the page's own code sees it. */
  embed(engineId: string, texts: readonly string[]): Promise<number>;
  /** Least cosine between the two engines' latest answers, text by text. */
  compare(engineId: string, otherId: string): number;
  countTokens(engineId: string, texts: readonly string[]): Promise<readonly number[]>;
  /** The library's latencies under a steady stream of queries. */
  streamQueries(engineId: string, stream: QueryStream): Promise<QueryStreamSamples>;
  /** The main thread's long tasks from the beginning of one whole call of the library until after its answer. */
  watchCall(engineId: string, texts: readonly string[]): Promise<LongTasks>;
  /** Resolves when garbage was collected, where the page may ask for it. */
  collectGarbage(): Promise<void>;
  /** Milliseconds from the page's navigation to its first vector; 0 when it wasn't opened for that. */
  readonly firstVectorMs: Promise<number>;
}

declare global {
  // A `let` or `const` wouldn't be a property of globalThis.
  var benchPage: BenchPage;
}

const engines = new Map<string, Engine>();
const answers = new Map<string, readonly ArrayLike<number>[]>();

globalThis.benchPage = {
  start: async (spec, model) => {
    const engine = createEngine(spec, model);
    engines.set(spec.id, engine);
    await engine.start();
  },
  dispose: (engineId) => {
    find(engines, engineId).dispose();
    engines.delete(engineId);
  },
  embed: async (engineId, texts) => {
    const engine = find(engines, engineId);
    const startedAt = performance.now();
    const vectors = await engine.embed(texts);
    const elapsedMs = performance.now() - startedAt;
    answers.set(engineId, vectors);
    return elapsedMs;
  },
  compare: (engineId, otherId) => minCosine(find(answers, engineId), find(answers, otherId)),
  countTokens: async (engineId, texts) => {
    const counts = await find(engines, engineId).countTokens?.(texts);
    if (!counts) throw new Error(`Expected an engine that counts tokens, but ${engineId} doesn't.`);
    return counts;
  },
  streamQueries: (engineId, stream) => streamQueries(findLibrary(engineId), stream),
  watchCall: async (engineId, texts) => {
    const { longTasks } = await watchLongTasks(() => findLibrary(engineId).create(texts));
    return longTasks;
  },
  collectGarbage,
  firstVectorMs: measureFirstVector(location.hash.slice(1)),
};

async function measureFirstVector(encoded: string): Promise<number> {
  if (encoded === '') return 0;
  const { engine: spec, model, text } = JSON.parse(decodeURIComponent(encoded)) as FirstVectorRequest;
  const engine = createEngine(spec, model);
  // The library needs no start, and its first call isn't made to wait for one.
  if (spec.kind !== 'library') await engine.start();
  await engine.embed([text]);
  return performance.now();
}

function createEngine(spec: EngineSpec, model: ModelSetup): Engine {
  switch (spec.kind) {
    case 'library':
      return new LibraryEngine(spec, model);
    case 'transformers':
      return new TransformersEngine(spec, model);
  }
}

function findLibrary(engineId: string): LibraryEngine {
  const engine = find(engines, engineId);
  if (engine instanceof LibraryEngine) return engine;
  throw new Error(`Expected ${engineId} to be this library.`);
}

function find<Value>(values: ReadonlyMap<string, Value>, engineId: string): Value {
  const value = values.get(engineId);
  if (value === undefined)
    throw new Error(`Expected the engine ${engineId} to have been started and to have answered.`);
  return value;
}
