/** What a page and a search worker say to each other. Types only. */
import type { PackedVectors } from '../api/search.js';

/** What the numbers of a packed array are, which decides how rows are compared. */
export type VectorFormat = 'float' | 'int8' | 'binary';

/** Vectors to be held. */
export interface RowsShape {
  readonly format: VectorFormat;
  readonly rows: number;
  /** Numbers of a row in the array. */
  readonly width: number;
  /** Numbers of a vector: the width, or for `binary` bits. */
  readonly dimensions: number;
}

/** The best rows, best first, ties by index. The buffers are the receiver's. */
export interface FoundRows {
  readonly indices: Uint32Array<ArrayBuffer>;
  readonly scores: Float64Array<ArrayBuffer>;
}

/** Nothing was found, since this row has no score: a number of it isn't finite, or too large. */
export interface UnscoredRow {
  readonly unscored: number;
}

/**
 * What the page asks. Rows are either held, `open`, `write` until all are there, `find` for each query; or pass through once,
 * `open` with the query and less room, `pass` slice by slice in their order, `finish`.
 */
export type SearchRequest =
  | {
      readonly kind: 'open';
      readonly shape: RowsShape;
      /** How many rows there is room for. */
      readonly room: number;
      /** What rows are looked for that pass through. */
      readonly passing?: { readonly query: PackedVectors; readonly most: number };
    }
  /** The `count` rows from `first` on, at the beginning of `values`. Transferred, to and fro. */
  | { readonly kind: 'write'; readonly first: number; readonly count: number; readonly values: PackedVectors }
  | { readonly kind: 'find'; readonly query: PackedVectors; readonly most: number }
  /** The same for rows that aren't kept. */
  | { readonly kind: 'pass'; readonly first: number; readonly count: number; readonly values: PackedVectors }
  | { readonly kind: 'finish' };

/** The answer to a request: what was found for `find` and `finish`, the values again for `write` and `pass`. */
export interface SearchAnswer {
  readonly found?: FoundRows | UnscoredRow;
  readonly values?: PackedVectors;
}
