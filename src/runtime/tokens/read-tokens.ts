/**
 * Tokens of long texts: no more of a text is tokenized than it takes to know those that count. Tokenizers take time and
 * memory by a text's length, and some fail on long ones, while a model takes a few hundred tokens.
 */
import type { Truncate } from '../../api/vocabulary.js';
import { maxCharacters, maxNormalized } from '../../models/text-limit.js';
import { splitFrame } from './cut-tokens.js';
import type { TextTokenizer } from './tokenizer.js';
import { countFitting, takeHead, takeTail } from './text-ends.js';

/** A text with what is put before it. */
export interface PromptedText {
  readonly prompt: string;
  readonly text: string;
}

/** Tokens of a text. */
export interface ReadTokens {
  /** With special tokens. Where they aren't all, more than were asked for, or those of {@link maxCharacters} or {@link maxNormalized}. */
  readonly ids: readonly number[];
  /** Whether the text has no others. */
  readonly isWhole: boolean;
  /** Whether the prompt's are among them, or all belong to the text. */
  readonly hasPrompt: boolean;
}

/** English has four to five characters a token. */
const CHARACTERS_PER_TOKEN = 8;
const MIN_CHARACTERS = 2048;
/** How much longer the next try is, when the tokens of a part don't suffice. */
const GROWTH = 8;
/** A part holds so many of the longest words there can be: else one that is cut might look like one that is not. */
const WORDS = 4;
/** A second part, so much shorter, shows how far the place of the cut makes a difference. */
const SHORTER = 0.75;

/**
 * The tokens of a text, or so many of them that cutting these to `most` gives what cutting all of them would.
 *
 * Where a text is cut changes tokens before it, by a few characters mostly. So two parts of different length are tokenized:
 * what both begin with doesn't depend on their ends. It has to be enough, or longer parts are tried.
 *
 * @param side - which end of the text may be given up.
 */
export function readTokens(
  tokenizer: Pick<TextTokenizer, 'specialTokens' | 'longestWord' | 'countsFromStart' | 'countNormalized' | 'tokenize'>,
  { prompt, text }: PromptedText,
  most: number,
  side: Truncate,
): ReadTokens {
  const { specialTokens, longestWord = 0, countNormalized } = tokenizer;
  const { prefix, suffix } = specialTokens;
  const isStart = side !== 'start';
  const take = isStart ? takeHead : takeTail;
  const read = take(text, maxCharacters(most));
  const whole = prompt + read;
  const contentOf = (size: number): readonly number[] =>
    splitFrame(tokenizer.tokenize(take(whole, size)), specialTokens).content;
  const least = Math.max(MIN_CHARACTERS, most * CHARACTERS_PER_TOKEN, longestWord * WORDS);
  const canCut = isStart || tokenizer.countsFromStart !== true;
  const longest = (isStart ? whole : read).length;
  for (let size = least; canCut && size < longest; size *= GROWTH) {
    const longer = contentOf(size);
    const shorter = contentOf(size * SHORTER);
    const certain = isStart ? countAlike(longer, shorter) : countAlike([...longer].reverse(), [...shorter].reverse());
    if (certain <= most) continue;
    const content = isStart ? longer.slice(0, certain) : longer.slice(longer.length - certain);
    return { ids: [...prefix, ...content, ...suffix], isWhole: false, hasPrompt: isStart };
  }
  const count = countNormalized ? countFitting(read, maxNormalized(most), isStart, countNormalized) : read.length;
  const fitting = take(read, count);
  return { ids: tokenizer.tokenize(prompt + fitting), isWhole: fitting.length === text.length, hasPrompt: true };
}

/** How many ids both begin with. */
function countAlike(one: readonly number[], other: readonly number[]): number {
  const end = one.findIndex((id, index) => id !== other[index]);
  return end < 0 ? one.length : end;
}
