/** The rows of the table: which calls are timed. */
import type { BenchTexts } from './texts.js';

/** Calls that are timed together: a sample is one call. */
export interface Row {
  readonly name: string;
  /** The texts of each call of a round. */
  readonly calls: readonly (readonly string[])[];
}

/** How much is measured. */
export interface RunSize {
  readonly rounds: number;
  readonly abstracts: number;
  readonly notes: number;
  /** Different queries per round, each timed alone. */
  readonly queries: number;
}

/** Enough for medians that mean something. */
export const FULL_SIZE: RunSize = { rounds: 5, abstracts: 64, notes: 256, queries: 20 };
/** Only shows that everything works. */
export const QUICK_SIZE: RunSize = { rounds: 1, abstracts: 8, notes: 32, queries: 5 };

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

/** A new row is one more entry here. */
export function listRows({ abstracts, notes }: BenchTexts, queries: readonly string[]): Row[] {
  return [
    { name: `${abstracts.length} abstracts`, calls: [abstracts] },
    { name: `${notes.length} short notes`, calls: [notes] },
    { name: 'one query', calls: queries.map((query) => [query]) },
  ];
}
