/** Tokens that are found in a text as they are, before it is divided: special ones, and those added to a vocabulary. */
import { NEWER, WHITE_SPACE, WORD } from './characters.js';
import { ROOT, Trie } from './model/trie.js';

/** One of `added_tokens` in tokenizer.json. */
export interface AddedTokenFile {
  readonly id: number;
  readonly content: string;
  /** Whether it must not touch other letters. */
  readonly single_word?: boolean;
  /** Whether it takes the blanks before it. */
  readonly lstrip?: boolean;
  /** Whether it takes the blanks after it. */
  readonly rstrip?: boolean;
  /** Whether it is looked for in the normal form, in its own. */
  readonly normalized?: boolean;
  readonly special?: boolean;
}

/** A stretch of a text: a token's, or one that is still to be divided. */
export type VisitSection = (from: number, to: number, id: number | undefined) => void;

/**
 * Added tokens with the ids they get, which aren't always those of the file: the vocabulary's own, or the next ones behind it.
 *
 * @param countEntries - how many tokens the vocabulary has.
 *
 * Source: Rust's tokenizers, `AddedVocabulary::add_tokens`.
 */
export function numberTokens(
  tokens: readonly AddedTokenFile[],
  idOf: (token: string) => number | undefined,
  countEntries: () => number,
): AddedTokenFile[] {
  const ids = new Map<string, number>();
  const tokensById = new Map<number, AddedTokenFile>();
  let next: number | undefined;
  for (const token of tokens) {
    if (token.content === '') continue;
    let id = ids.get(token.content) ?? idOf(token.content);
    if (id === undefined) {
      next ??= countEntries();
      id = next++;
    }
    ids.set(token.content, id);
    tokensById.set(id, { ...token, id });
  }
  return [...tokensById.values()];
}

const ENDS_WITH_WORD = new RegExp(`(?![${NEWER.unassigned}])[${WORD}]$`, 'u');
const STARTS_WITH_WORD = new RegExp(`^(?![${NEWER.unassigned}])[${WORD}]`, 'u');
const BLANK = new RegExp(`[${WHITE_SPACE}]`, 'u');

/** Some added tokens, to be looked for in one go. */
export class AddedTokens {
  readonly #tokens: readonly AddedTokenFile[];
  readonly #trie: Trie;
  /** Whether a token begins with a unit. */
  readonly #begins: Uint8Array;

  /** @param spell - what is looked for of a token. */
  constructor(tokens: readonly AddedTokenFile[], spell: (token: AddedTokenFile) => string) {
    this.#tokens = tokens;
    this.#trie = new Trie(tokens.length);
    this.#begins = new Uint8Array(tokens.length === 0 ? 0 : 0x1_0000);
    for (const [index, token] of tokens.entries()) {
      const text = spell(token);
      if (text === '') continue;
      this.#trie.set(text, index);
      this.#begins[text.charCodeAt(0)] = 1;
    }
  }

  /**
   * Visits all of a text, in order. Of tokens that begin at one place the longest is taken.
   *
   * Source: Rust's tokenizers, `added_vocabulary`, `find_matches`.
   */
  split(text: string, visit: VisitSection): void {
    let done = 0;
    for (let index = 0; index < text.length && this.#tokens.length > 0;) {
      const [token, length] = this.#begins[text.charCodeAt(index)] === 1 ? this.#longestAt(text, index) : [];
      if (token === undefined || length === undefined) {
        index++;
        continue;
      }
      const [start, end] = [index, index + length];
      index = end;
      if (token.single_word === true && touchesWord(text, start, end)) continue;
      const from = token.lstrip === true ? Math.max(done, skipBlanks(text, start, -1)) : start;
      const to = token.rstrip === true ? skipBlanks(text, end, 1) : end;
      if (from > done) visit(done, from, undefined);
      // Its blanks may all be another's.
      if (to > from) visit(from, to, token.id);
      done = to;
    }
    if (done < text.length) visit(done, text.length, undefined);
  }

  #longestAt(text: string, start: number): [token?: AddedTokenFile | undefined, length?: number] {
    let longest: [token?: AddedTokenFile | undefined, length?: number] = [];
    let node: number = ROOT;
    for (let index = start; index < text.length; index++) {
      node = this.#trie.next(node, text.charCodeAt(index));
      if (node < 0) break;
      const value = this.#trie.valueAt(node);
      if (value >= 0) longest = [this.#tokens[value], index + 1 - start];
    }
    return longest;
  }
}

/** Whether a letter stands before or behind. */
function touchesWord(text: string, start: number, end: number): boolean {
  return (
    ENDS_WITH_WORD.test(text.slice(Math.max(0, start - 2), start)) || STARTS_WITH_WORD.test(text.slice(end, end + 2))
  );
}

function skipBlanks(text: string, from: number, direction: 1 | -1): number {
  let place = from;
  const at = direction === 1 ? 0 : -1;
  while (BLANK.test(text.charAt(place + at))) place += direction;
  return place;
}
