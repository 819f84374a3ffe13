/** The rows of an answer, right or changed in one way. */
import { INFINITE_MARK, NAN_MARK } from './reply.js';
import { expectedVector } from './vector.js';
import type { RowChange } from './wire.js';

/** A text, or token ids. */
export type Input = string | readonly number[];

/** One row as it goes into JSON. */
export interface Row {
  readonly object: 'embedding';
  readonly embedding: readonly unknown[] | string;
  readonly index?: number | null;
}

interface RawRow {
  values: unknown[];
  index: number | null | undefined;
}

const NUMBER_AS_TEXT = '0.5';

/** How rows are made. */
export interface RowOptions {
  readonly width: number;
  readonly encoding: 'float' | 'base64';
  readonly change?: RowChange | undefined;
}

/** A row an input, in order unless `change` says otherwise. */
export function makeRows(inputs: readonly Input[], options: RowOptions): Row[] {
  const rows = inputs.map((input, index): RawRow => ({ values: expectedVector(input, options.width), index }));
  const changed = options.change === undefined ? rows : CHANGES[options.change](rows);
  return changed.map(({ values, index }) => ({
    object: 'embedding',
    // Base64 can't hold a text.
    embedding: options.encoding === 'base64' && !values.includes(NUMBER_AS_TEXT) ? encode(values) : values,
    ...(index !== undefined && { index }),
  }));
}

/** Float32 numbers, little-endian, in base64. */
function encode(values: readonly unknown[]): string {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeFloatLE(toNumber(value), index * 4));
  return bytes.toString('base64');
}

function toNumber(value: unknown): number {
  if (value === NAN_MARK || value === null) return NaN;
  return value === INFINITE_MARK ? Infinity : Number(value);
}

type Change = (rows: RawRow[]) => RawRow[];

/** Changes the last row, which a check of the first one alone would miss. */
function last(change: (row: RawRow, count: number) => void): Change {
  return (rows) => {
    const row = rows.at(-1);
    if (row) change(row, rows.length);
    return rows;
  };
}

/** Puts a value at the end of the last row. */
function poison(value: unknown): Change {
  return last((row) => {
    row.values[row.values.length - 1] = value;
  });
}

const CHANGES: Readonly<Record<RowChange, Change>> = {
  reversed: (rows) => rows.reverse(),
  missing: (rows) => rows.slice(0, -1),
  extra: (rows) => [...rows, ...rows.slice(-1).map((row) => ({ ...row, index: rows.length }))],
  'duplicate-index': last((row, count) => {
    row.index = Math.max(count - 2, 0);
  }),
  'index-too-large': last((row, count) => {
    row.index = count;
  }),
  'no-index': (rows) => rows.map((row) => ({ ...row, index: undefined })),
  'null-index': (rows) => rows.map((row) => ({ ...row, index: null })),
  'some-index': last((row) => {
    row.index = undefined;
  }),
  nan: poison(NAN_MARK),
  null: poison(null),
  infinite: poison(INFINITE_MARK),
  // A double, but not a float32.
  'too-large': poison(1e300),
  string: poison(NUMBER_AS_TEXT),
  zero: last((row) => row.values.fill(0)),
  'wrong-width': (rows) => rows.map((row) => ({ ...row, values: row.values.slice(0, -1) })),
  ragged: last((row) => row.values.pop()),
  empty: (rows) => rows.map((row) => ({ ...row, values: [] })),
};
