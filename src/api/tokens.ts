/** `client.tokens()`: what is asked and what comes. Types only. */
import type { Task } from './vocabulary.js';

/** Options of `client.tokens()`. */
export interface TokensOptions {
  /** Picks the prompt that is put before each text. Absent: what `embeddings.create()` puts there without a task. */
  readonly task?: Task;
  /** Ends the call: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A text's tokens, as the model gets them. */
export interface TextTokens {
  /** With the special tokens and the prompt's, cut at the end to the model's limit. */
  readonly ids: readonly number[];
  /**
   * Where each token is in the text: `text.slice(start, end)`, in UTF-16 units. Empty for what isn't the text's own: special
   * tokens, the prompt's, and blanks that the tokenizer puts before words. Several tokens may share a character.
   */
  readonly ranges: readonly (readonly [start: number, end: number])[];
  /** How many there are. */
  readonly count: number;
  /** Whether the text has more. */
  readonly truncated: boolean;
}
