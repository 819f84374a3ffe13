/** Enough for the limit of every model in use, and little enough to send and to tokenize. */
const MIN_CHARACTERS = 131_072;

/** Twice as many as English has. */
const CHARACTERS_PER_TOKEN = 8;

/**
 * Characters of a text that are read at most: its first ones, or its last ones where the start is given up. The limit of
 * tokens is reached long before, except by a text that is made of almost nothing but blanks, characters that the model
 * doesn't know, or one word.
 *
 * @param maxTokens - the model's limit.
 */
export function maxCharacters(maxTokens: number): number {
  return Math.max(MIN_CHARACTERS, maxTokens * CHARACTERS_PER_TOKEN);
}

/**
 * The normal forms of writing have at most four times as many: NFD, of Greek. Only ligatures of whole phrases, which NFKC
 * spells out, have more.
 *
 * Source: Unicode's questions and answers about normalization, maximum expansion factors.
 */
const NORMALIZED_PER_CHARACTER = 4;

/** Characters that what is read of a text has at most in normal form. @param maxTokens - the model's limit. */
export function maxNormalized(maxTokens: number): number {
  return maxCharacters(maxTokens) * NORMALIZED_PER_CHARACTER;
}
