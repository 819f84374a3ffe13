/** Queries as people type them, none of them twice. */
import { rotateWords } from './texts.js';

/** Tokens of a typical search query, special tokens included. */
const QUERY_TOKENS = 20;

/** The `count` queries that are nearest to a typical length. */
export function chooseQueries(queries: readonly string[], tokens: readonly number[], count: number): string[] {
  return queries
    .map((text, index) => ({ text, distance: Math.abs((tokens[index] ?? Infinity) - QUERY_TOKENS) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ text }) => text);
}

/** Gives out queries: once all have been given, the same words in another order. */
export class QuerySupply {
  readonly #queries: readonly string[];
  #given = 0;

  constructor(queries: readonly string[]) {
    this.#queries = queries;
  }

  /** The next `count`. */
  take(count: number): string[] {
    return Array.from({ length: count }, () => this.#next());
  }

  #next(): string {
    const index = this.#given % this.#queries.length;
    const by = Math.floor(this.#given / this.#queries.length);
    this.#given += 1;
    return rotateWords(this.#queries[index] ?? '', by);
  }
}
