/** What the engine and every provider offer to the router: one way to answer. Types only. */
import type { EmbedProgress, ProviderInfo } from '../api/embeddings.js';
import type { ModelStats } from '../api/models.js';
import type { Priority, PromptSet, Task, Truncate } from '../api/vocabulary.js';
import type { ModelContent } from '../ports/model-content.js';
import type { CountRequest, TokenCounts, TokenLists } from '../ports/worker-api.js';

/** One way to answer an embedding request. It never tries another target and never shapes responses. */
export type Target = LocalTarget | OtherTarget;

/** What every target does. */
interface AnyTarget {
  /** The vectors of every input, in order. Rejects with an `EmbeddingError`, or with the signal's reason. */
  embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows>;
  /** What it does now. */
  stats(): ModelStats;
  /** Ends everything the target holds; calls under way reject with code `disposed`. */
  dispose(): void;
}

/** A provider, or the browser's own embedder. */
export interface OtherTarget extends AnyTarget {
  readonly kind: 'remote' | 'builtin';
}

/** A part of this device that runs the client's model. */
export interface LocalTarget extends AnyTarget {
  readonly kind: 'local';
  /** Gets ready before there is a request. A failure isn't shown: the first request tries again. */
  start(): void;
  /**
   * Its speed in tokens per millisecond, from its work so far or from a few texts of its own. It may stop early once it is
   * sure to be far slower than `comparedTo`.
   */
  measure(comparedTo?: number): Promise<number>;
  /** How its loaded model treats texts; undefined until there was an answer. */
  recipe(): TargetRecipe | undefined;
  /** How many tokens its model makes of texts. Rejects as `embed`. */
  countTokens(request: CountRequest, signal: AbortSignal): Promise<TokenCounts>;
  /** The tokens its model makes of texts. Rejects as `embed`. */
  listTokens(request: CountRequest, signal: AbortSignal): Promise<TokenLists>;
  /** Lets go of what it holds as soon as it has nothing to do. It can still be asked. */
  rest(): void;
}

/** Counts tokens, whoever does it. */
export type CountTokens = (request: CountRequest) => Promise<TokenCounts>;

/** How a loaded model treats texts. */
export interface TargetRecipe {
  readonly prompts: PromptSet;
  /** Whether vectors are scaled to unit length, however the model leaves them. */
  readonly normalize: boolean;
}

/** One call of the app, which may take several requests. Consent is asked for once a call. */
export interface CallScope {
  /** Every input of the call; absent for a stream. */
  readonly inputs?: TargetRequest['inputs'];
  /** How much text that is, where it is known without them. */
  readonly size?: { readonly texts: number; readonly bytes: number };
}

/** A checked request. */
export interface TargetRequest {
  readonly inputs: readonly (string | readonly number[])[];
  /** Only a target of this model may answer. Absent: any may. */
  readonly model?: string;
  readonly task?: Task;
  readonly truncate: Truncate;
  /**
   * Width of the answer's vectors: each is cut to the first so many numbers, then scaled to unit length. Absent: the model's
   * own width. Whoever answers knows whether its model offers it.
   */
  readonly dimensions?: number;
}

/** How to carry a request out. */
export interface TargetOptions {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** The call this is a part of. Absent: a call of its own. */
  readonly call?: CallScope;
  readonly onProgress?: (progress: EmbedProgress) => void;
  /** Whether no other target is left: then a server that is away for a moment is waited for. */
  readonly isLastResort?: boolean;
}

/** The answer to a request. */
export interface EmbeddedRows {
  /** `[inputs, dimensions]`, row-major, float32. The caller owns the buffer. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** Tokens embedded per input, special tokens included, after truncation; absent where nobody tells. */
  readonly tokenCounts?: Uint32Array;
  /** Tokens of all inputs; 0 where nobody tells. */
  readonly totalTokens: number;
  /** 1 where an input was cut; absent where nobody tells. */
  readonly truncated?: Uint8Array;
  /** Tokens per input of its own text, after truncation: neither special nor of a prompt. Absent where nobody tells. */
  readonly contentTokens?: Uint32Array;
  /** How many of these the model's vocabulary lacks; absent where nobody tells. */
  readonly unknownTokens?: Uint32Array;
  readonly space: string;
  /** What the model was made of that computed them; absent where nobody tells, or the build knows. */
  readonly content?: ModelContent;
  /** The text put before each input. Absent: none. */
  readonly prompt?: string;
  readonly provider: ProviderInfo;
  /** The name of the model that answered. */
  readonly model: string;
}
