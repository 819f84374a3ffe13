/** Exact search over packed vectors: what is given and what comes. Types only. */

/**
 * Vectors one behind the other in one array, `[rows, width]`, all of one model and format:
 *
 * - `Float32Array`: floats of unit length, `width` is the dimensions. Compared by dot product.
 * - `Int8Array`: as `encoding_format: 'int8'` gives them, `width` is the dimensions. Compared by cosine.
 * - `Uint8Array`: as `encoding_format: 'binary'` gives them, `width` is `ceil(dimensions / 8)` bytes. Compared by Hamming
 *   distance.
 */
export type PackedVectors = Float32Array | Int8Array | Uint8Array;

/** One vector of the same format: a typed array of the same kind, or the `embedding` of a response. */
export type QueryVector = PackedVectors | readonly number[];

/** One row that was found. */
export interface SearchMatch {
  /** Its position among the rows, from 0. */
  readonly index: number;
  /**
   * How near it is; more is nearer. Floats: the dot product in float32, which is the cosine of vectors of unit length. `int8`:
   * the cosine; 0 for a row of zeros. `binary`: `cos(π · h / dimensions)` for Hamming distance `h`, an estimate of the cosine.
   */
  readonly score: number;
}

/** Options of one search. */
export interface SearchOptions {
  /** Ends the wait: the search rejects with the signal's reason. A worker's scan under way is left to end by itself. */
  readonly signal?: AbortSignal;
}

/** Options of `topK()`. */
export interface TopKOptions extends SearchOptions {
  /** For `binary`: how many of the bits are a vector's. @default 8 for each byte */
  readonly dimensions?: number;
  /** As the client's `assetsUrl`: where this package's `dist/assets` is served. @default beside the script that holds it */
  readonly assetsUrl?: string;
}

/** Options of a `VectorIndex`. */
export interface VectorIndexOptions {
  /** Numbers of a vector; for `binary` bits, 8 to a byte. */
  readonly dimensions: number;
  /**
   * Hands the array's buffer to the worker instead of copying it: it is gone from this thread with the first search, or
   * with `load()`. The worker then stays until `dispose()`, since it has the only copy. Only for an array that is all of its
   * buffer.
   *
   * @default false
   */
  readonly transfer?: boolean;
  /** Milliseconds without a search after which the worker is let go, with its memory; the next one starts another. @default 60,000 */
  readonly idleTimeoutMs?: number;
  /** As the client's `assetsUrl`: where this package's `dist/assets` is served. @default beside the script that holds it */
  readonly assetsUrl?: string;
}
