/** What is measured: the rows by name, how much goes into each, and which of them a run is asked for. */

/** A row, whatever its size. */
export type RowId =
  | 'abstracts'
  | 'first-bulk'
  | 'notes'
  | 'query'
  | 'first-vector'
  | 'query-while-indexing'
  | 'whole-call'
  | 'isolated-abstracts'
  | 'one-worker'
  | 'memory';

/** How much is measured. */
export interface RunSize {
  readonly rounds: number;
  readonly abstracts: number;
  readonly notes: number;
  /** Different queries per round, each timed alone. */
  readonly queries: number;
  /** Queries at a steady pace with nothing else running. */
  readonly idleQueries: number;
  /** Queries at the same pace while everything is indexed. */
  readonly loadedQueries: number;
  /** Queries behind `firstComeAbstracts` abstracts; each waits until those are done. */
  readonly firstComeQueries: number;
  readonly firstComeAbstracts: number;
  /** Notes of the one call whose answer is watched. */
  readonly wholeCallNotes: number;
}

/** Enough for medians and percentiles that mean something. */
export const FULL_SIZE: RunSize = {
  rounds: 5,
  abstracts: 64,
  notes: 256,
  queries: 20,
  idleQueries: 60,
  loadedQueries: 120,
  firstComeQueries: 8,
  firstComeAbstracts: 128,
  wholeCallNotes: 1400,
};

/** Only shows that everything works. */
export const QUICK_SIZE: RunSize = {
  rounds: 1,
  abstracts: 8,
  notes: 32,
  queries: 5,
  idleQueries: 8,
  loadedQueries: 8,
  firstComeQueries: 3,
  firstComeAbstracts: 16,
  wholeCallNotes: 64,
};

/** What a row is called, in the table and on the command line. */
export function nameRow(id: RowId, { abstracts, notes }: RunSize): string {
  const names: Readonly<Record<RowId, string>> = {
    abstracts: `${abstracts} abstracts`,
    'first-bulk': `${abstracts} abstracts, first bulk work`,
    notes: `${notes} short notes`,
    query: 'one query',
    'first-vector': 'first vector',
    'query-while-indexing': 'query while indexing',
    'whole-call': 'long tasks of one call',
    'isolated-abstracts': `${abstracts} abstracts, isolated page`,
    'one-worker': `${abstracts} abstracts, one worker`,
    memory: 'memory of a worker',
  };
  return names[id];
}

const PLAIN_ROWS: readonly RowId[] = [
  'abstracts',
  'first-bulk',
  'notes',
  'query',
  'first-vector',
  'query-while-indexing',
  'whole-call',
  'one-worker',
  'memory',
];

/**
 * The rows of a run.
 *
 * @param isIsolated - whether every page is cross-origin isolated, which leaves nothing for a row of its own.
 * @param parts - names, or parts of them; a row is chosen when its name is one, or has one that is no name. Without any, every row is.
 * @throws Error naming a part that no row has, and the rows.
 */
export function chooseRows(size: RunSize, isIsolated: boolean, parts: readonly string[]): ReadonlySet<RowId> {
  const rows: readonly RowId[] = isIsolated ? PLAIN_ROWS : [...PLAIN_ROWS, 'isolated-abstracts'];
  const isName = (part: string): boolean => rows.some((id) => nameRow(id, size) === part);
  const has = (id: RowId, part: string): boolean =>
    isName(part) ? nameRow(id, size) === part : nameRow(id, size).toLowerCase().includes(part.toLowerCase());
  const unknown = parts.find((part) => !rows.some((id) => has(id, part)));
  if (unknown !== undefined) {
    const names = rows.map((id) => `'${nameRow(id, size)}'`).join(', ');
    throw new Error(`Expected --rows to be parts of the rows' names, which are ${names}, but got '${unknown}'.`);
  }
  return new Set(rows.filter((id) => parts.length === 0 || parts.some((part) => has(id, part))));
}
