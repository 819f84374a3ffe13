/** Words and punctuation, as BERT has them. */
import { PUNCTUATION, WHITE_SPACE } from '../characters.js';
import type { Split } from './split-file.js';

const BLANK = new RegExp(`^[${WHITE_SPACE}]$`, 'u');
const MARK = new RegExp(`^${PUNCTUATION}$`, 'u');

/** What a character is. */
const KIND = { unknown: 0, letter: 1, blank: 2, mark: 3 } as const;

/** Blanks divide and are left out; each mark of punctuation is a piece. Source: Rust's tokenizers, `pre_tokenizers/bert`. */
export function createBertSplit(): Split {
  const kinds = new Uint8Array(0x11_0000);
  const kindOf = (code: number): number => {
    const known = kinds[code] ?? 0;
    if (known !== KIND.unknown) return known;
    const character = String.fromCodePoint(code);
    const kind = BLANK.test(character) ? KIND.blank : MARK.test(character) ? KIND.mark : KIND.letter;
    kinds[code] = kind;
    return kind;
  };
  return (text, start, emit) => {
    let from = 0;
    for (let index = 0; index < text.length;) {
      const code = text.codePointAt(index) ?? 0;
      const next = index + (code > 0xffff ? 2 : 1);
      const kind = kindOf(code);
      if (kind !== KIND.letter) {
        if (index > from) emit(text.slice(from, index), start + from);
        if (kind === KIND.mark) emit(text.slice(index, next), start + index);
        from = next;
      }
      index = next;
    }
    if (text.length > from) emit(text.slice(from), start + from);
  };
}
