/** What the engine and every provider offer to the router: one way to answer. Types only. */
import type { EmbedProgress, ProviderInfo } from '../api/embeddings.js';
import type { ModelStats } from '../api/models.js';
import type { Priority, Task, Truncate } from '../api/vocabulary.js';

/** One way to answer an embedding request. It never tries another target and never shapes responses. */
export interface Target {
  /** The vectors of every input, in order. Rejects with an `EmbeddingError`, or with the signal's reason. */
  embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows>;
  /** Gets ready before there is a request. A failure isn't shown: the first request tries again. */
  start?(): void;
  /**
   * Its speed in tokens per millisecond, from its work so far or from a few texts of its own. It may stop early once it is
   * sure to be far slower than `comparedTo`.
   */
  measure?(comparedTo?: number): Promise<number>;
  /** What it does now. */
  stats?(): ModelStats;
  /** Lets go of what it holds as soon as it has nothing to do. It can still be asked. */
  rest?(): void;
  /** Ends everything the target holds; calls under way reject with code `disposed`. */
  dispose(): void;
}

/** A checked request. */
export interface TargetRequest {
  readonly inputs: readonly (string | readonly number[])[];
  readonly task?: Task;
  readonly truncate: Truncate;
  /**
   * Width of the answer's vectors: each is cut to the first so many numbers, then scaled to unit length. Absent: the model's
   * own width. The model is known to offer it.
   */
  readonly dimensions?: number;
}

/** How to carry a request out. */
export interface TargetOptions {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  readonly onProgress?: (progress: EmbedProgress) => void;
}

/** The answer to a request. */
export interface EmbeddedRows {
  /** `[inputs, dimensions]`, row-major, float32. The caller owns the buffer. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** Tokens embedded per input, special tokens included, after truncation. */
  readonly tokenCounts: Uint32Array;
  /** 1 where an input was cut. */
  readonly truncated: Uint8Array;
  readonly space: string;
  readonly provider: ProviderInfo;
}
