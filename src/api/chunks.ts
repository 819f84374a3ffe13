/** `client.chunk()`: what is asked and what comes. Types only. */
import type { Task } from './vocabulary.js';

/** Options of `client.chunk()`. */
export interface ChunkOptions {
  /**
   * The most tokens of a chunk, as `tokenCount` counts them. At most the model's own limit, over which a text is cut.
   *
   * @default the model's limit
   */
  readonly maxTokens?: number;
  /**
   * How many tokens at the end of a chunk the next one may begin with again, without the prompt and the special tokens. Only
   * whole sentences are repeated, or words of one that is over the limit: none where the last one has more tokens.
   *
   * @default a tenth of `maxTokens`
   */
  readonly overlapTokens?: number;
  /** The texts' language as a BCP 47 tag, such as `de`, whose sentences are looked for. @default the browser's */
  readonly locale?: string;
  /** What the chunks will be embedded as, since the model's prompt for it takes tokens too. @default 'document' */
  readonly task?: Task;
  /** Ends the call: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A part of a text that the model takes whole. */
export interface TextChunk {
  /** `original.slice(start, end)`, with all its white space. */
  readonly text: string;
  /** Where it begins in the original, in UTF-16 code units as all of JavaScript's strings. */
  readonly start: number;
  /** Where it ends: the position behind its last code unit. */
  readonly end: number;
  /** Tokens as the model counts them when it embeds the chunk with the task: with its prompt and the special tokens. */
  readonly tokenCount: number;
}
