/** Queries sent at a steady pace, whatever becomes of the earlier ones, with nothing else running or during indexing. */
import type { Priority } from 'inpage-embeddings';
import type { LibraryEngine } from './library-engine.js';
import { watchLongTasks, type LongTasks } from './long-tasks.js';
import { sleep } from './sleep.js';

/** What is sent. */
export interface QueryStream {
  /** One call each. None of them twice: an engine may remember. */
  readonly queries: readonly string[];
  /** Milliseconds from one query to the next. */
  readonly everyMs: number;
  /** @default the library's own, by which queries overtake bulk work */
  readonly priority?: Priority;
  /** Texts of one bulk call that begins with the first query. Ended once the last query is answered. @default none */
  readonly indexed?: readonly string[];
}

/** What came of it. */
export interface QueryStreamSamples {
  /** Milliseconds from each call to its answer, of the queries sent before the indexing was through. */
  readonly samplesMs: readonly number[];
  /** Texts of the bulk call that were embedded by the end. */
  readonly indexedCount: number;
  /** The main thread's, from the first query to the last answer. */
  readonly longTasks: LongTasks;
}

/** Sends the queries to an engine that has been started. */
export async function streamQueries(engine: LibraryEngine, stream: QueryStream): Promise<QueryStreamSamples> {
  const { value, longTasks } = await watchLongTasks(async () => {
    const indexing = startIndexing(engine, stream.indexed ?? []);
    const samplesMs = await sendQueries(engine, stream, indexing);
    await indexing.end();
    return { samplesMs, indexedCount: indexing.completed };
  });
  return { ...value, longTasks };
}

/** A bulk call under way. */
interface Indexing {
  /** Whether the call has ended; never when there was nothing to index. */
  readonly isThrough: boolean;
  readonly completed: number;
  /** Aborts the call. Rejects when it failed. */
  end(): Promise<void>;
}

function startIndexing(engine: LibraryEngine, texts: readonly string[]): Indexing {
  const controller = new AbortController();
  const state = { isThrough: false, completed: 0 };
  if (texts.length === 0) return { ...state, end: () => Promise.resolve() };
  const call = engine
    .create(texts, {
      priority: 'bulk',
      signal: controller.signal,
      onProgress: ({ completed }) => {
        state.completed = completed;
      },
    })
    .catch((error: unknown) => {
      if (!controller.signal.aborted) throw error;
    })
    .finally(() => {
      state.isThrough = true;
    });
  call.catch(() => undefined);
  return {
    get isThrough() {
      return state.isThrough;
    },
    get completed() {
      return state.completed;
    },
    end: async () => {
      controller.abort();
      await call;
    },
  };
}

async function sendQueries(
  engine: LibraryEngine,
  { queries, everyMs, priority }: QueryStream,
  indexing: Indexing,
): Promise<number[]> {
  const latencies: Promise<number>[] = [];
  const startedAt = performance.now();
  for (const [index, query] of queries.entries()) {
    await sleep(startedAt + index * everyMs - performance.now());
    if (indexing.isThrough) break;
    const latency = timeQuery(engine, query, priority);
    latency.catch(() => undefined);
    latencies.push(latency);
  }
  return Promise.all(latencies);
}

async function timeQuery(engine: LibraryEngine, query: string, priority: Priority | undefined): Promise<number> {
  const startedAt = performance.now();
  await engine.create([query], { ...(priority && { priority }) });
  return performance.now() - startedAt;
}
