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

/** What the page asks. A worker holds one set of rows: `open`, then `write` until all are there, then `find`. */
export type SearchRequest =
  | { readonly kind: 'open'; readonly shape: RowsShape; readonly wasmUrl: string }
  /** The rows' numbers from position `start` on; transferred. */
  | { readonly kind: 'write'; readonly start: number; readonly values: PackedVectors }
  | { readonly kind: 'find'; readonly query: PackedVectors; readonly most: number };

/** A request with the number its reply goes by. */
export interface NumberedRequest {
  readonly id: number;
  readonly request: SearchRequest;
}

/** The reply to a request: rows for `find`, whether SIMD is used for `open`. */
export interface SearchReply {
  readonly id: number;
  readonly found?: FoundRows | UnscoredRow;
  readonly usesSimd?: boolean;
  /** Why it failed; the worker is done for. */
  readonly failure?: string;
}
