/** Enough for the limit of every model in use, and little enough to send and to tokenize. */
const LEAST_CHARACTERS = 131_072;

/** Twice as many as English has. */
const CHARACTERS_PER_TOKEN = 8;

/**
 * Characters of a text that are read at most: its first ones, or its last ones where the start is given up. The limit of
 * tokens is reached long before, except by a text that is made of almost nothing but blanks, characters that the model
 * doesn't know, or one word.
 *
 * @param maxTokens - the model's limit.
 */
export function mostCharacters(maxTokens: number): number {
  return Math.max(LEAST_CHARACTERS, maxTokens * CHARACTERS_PER_TOKEN);
}
