/** Runs inside the page: exact search by this library, and as a plain loop of JavaScript. */
import { VectorIndex, topK, type PackedVectors } from 'inpage-embeddings/search';
import { watchLongTasks } from './long-tasks.js';

/** What is measured, in milliseconds. */
export interface SearchTimes {
  readonly format: string;
  /** Each search in an index whose worker has the vectors. */
  readonly searchMs: number[];
  /** Starting the worker and copying the vectors, with all waits. */
  readonly loadMs: number;
  /** Each `topK()`, which starts a worker and sends all vectors through it. */
  readonly topKMs: number[];
  /** The same search as a plain loop on the page's thread. */
  readonly plainMs: number[];
  /** Of the page's thread, while the index was loaded and searched. */
  readonly longestTaskMs: number;
}

const MAKERS: Readonly<Record<string, (rows: number, dimensions: number) => PackedVectors>> = {
  float: (rows, dimensions) => Float32Array.from({ length: rows * dimensions }, () => Math.random() * 2 - 1),
  int8: (rows, dimensions) => Int8Array.from({ length: rows * dimensions }, () => Math.random() * 255 - 128),
  binary: (rows, dimensions) => Uint8Array.from({ length: (rows * dimensions) / 8 }, () => Math.random() * 256),
};

/** Times `rounds` searches in rows of random numbers. */
export async function measureSearch(
  format: string,
  rows: number,
  dimensions: number,
  rounds: number,
): Promise<SearchTimes> {
  const vectors = MAKERS[format]?.(rows, dimensions) ?? new Float32Array();
  const width = vectors.length / rows;
  const queries = Array.from({ length: rounds }, (_, row) => vectors.slice(row * width, (row + 1) * width));
  const index = new VectorIndex(vectors, { dimensions });
  const { value, longTasks } = await watchLongTasks(async () => ({
    loadMs: (await time(() => index.load())).ms,
    searches: await inTurn(queries, (query) => time(() => index.topK(query, 10))),
  }));
  index.dispose();
  const once = await inTurn(queries, (query) => time(() => topK(query, vectors, 10)));
  const plain = await inTurn(queries, (query) => time(() => Promise.resolve(searchPlainly(query, vectors, 10))));
  plain.forEach(({ result }, round) => {
    const found = [value.searches[round]?.result[0]?.index, once[round]?.result[0]?.index, result[0]];
    if (found.some((row) => row !== round)) throw new Error('Expected each row to be the nearest to itself.');
  });
  return {
    format,
    searchMs: value.searches.map(({ ms }) => ms),
    loadMs: value.loadMs,
    topKMs: once.map(({ ms }) => ms),
    plainMs: plain.map(({ ms }) => ms),
    longestTaskMs: longTasks.longestMs,
  };
}

async function inTurn<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await task(item));
  return results;
}

async function time<T>(task: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const startedAt = performance.now();
  const result = await task();
  return { result, ms: performance.now() - startedAt };
}

/** What an app would write: a loop for each kind, and a sort. */
function searchPlainly(query: PackedVectors, vectors: PackedVectors, most: number): number[] {
  const width = query.length;
  const scores = new Float64Array(vectors.length / width);
  const compare = query instanceof Uint8Array ? compareBits : query instanceof Int8Array ? compareIntegers : multiply;
  for (let row = 0; row < scores.length; row++) scores[row] = compare(query, vectors, row * width);
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  return Array.from(order.subarray(0, most));
}

/** Without a thought of the array's end, as loops for speed are. */
function multiply(query: PackedVectors, vectors: PackedVectors, start: number): number {
  let dot = 0;
  for (let column = 0; column < query.length; column++) {
    dot += (query[column] as number) * (vectors[start + column] as number);
  }
  return dot;
}

function compareIntegers(query: PackedVectors, vectors: PackedVectors, start: number): number {
  let dot = 0;
  let square = 0;
  for (let column = 0; column < query.length; column++) {
    const value = vectors[start + column] as number;
    dot += (query[column] as number) * value;
    square += value * value;
  }
  return dot / Math.sqrt(square);
}

function compareBits(query: PackedVectors, vectors: PackedVectors, start: number): number {
  let distance = 0;
  for (let byte = 0; byte < query.length; byte++) {
    for (let bits = (query[byte] as number) ^ (vectors[start + byte] as number); bits !== 0; bits &= bits - 1) {
      distance += 1;
    }
  }
  return -distance;
}
