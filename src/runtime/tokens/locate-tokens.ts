/** Where a text's tokens are in it, of as much of the text as counts. */
import { maxCharacters } from '../../models/text-limit.js';
import { splitFrame } from './cut-tokens.js';
import type { PromptedText } from './read-tokens.js';
import { takeHead } from './text-ends.js';
import type { TextTokenizer } from './tokenizer.js';

/** How much of a text is looked at first, and how much longer the next try is. */
const FIRST_CHARACTERS = 2048;
const GROWTH = 8;

/**
 * Two numbers a token: where it begins and ends in the text, in UTF-16 units. A special token has an empty range at that end of
 * the text where it stands, one of the prompt at the text's start.
 *
 * @param ids - the text's tokens with the prompt's and the special ones, cut at the end to `most`.
 */
export function locateTokens(
  tokenizer: Pick<TextTokenizer, 'specialTokens' | 'locate'>,
  { prompt, text }: PromptedText,
  ids: readonly number[],
  most: number,
): number[] {
  const { specialTokens } = tokenizer;
  const { prefix, content, suffix } = splitFrame(ids, specialTokens);
  const whole = prompt + takeHead(text, maxCharacters(most));
  for (let size = FIRST_CHARACTERS; ; size *= GROWTH) {
    const part = takeHead(whole, size);
    const found = tokenizer.locate(part);
    const own = splitFrame(found.ids, specialTokens);
    const isAlike = content.every((id, index) => own.content[index] === id);
    if (!isAlike && part.length < whole.length) continue;
    const start = 2 * own.prefix.length;
    const ranges = found.ranges
      .slice(start, start + 2 * content.length)
      .map((place) => Math.max(0, place - prompt.length));
    const end = ranges.at(-1) ?? 0;
    return [...prefix.flatMap(() => [0, 0]), ...ranges, ...suffix.flatMap(() => [end, end])];
  }
}
