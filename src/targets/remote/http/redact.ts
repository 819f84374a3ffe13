/** Takes keys and texts out of what a server says, since its words end up in errors and logs. */
import { removeSharedWords, unescapeWords } from './redact-words.js';

/** Longer explanations are cut, in characters. */
const LONGEST_DETAIL = 300;
/** No more of a server's words is looked at, in characters. */
const LONGEST_READ = 1_200;
/** Stands where something was taken out. */
const GAP = '[…]';

/** Pieces of a key of this length or more are taken out, in characters. */
const KEY_PIECE = 6;
/** Pieces of a text that surely are found have about twice this length, in characters. */
const TEXT_PIECE = 12;
/** Shorter texts are taken out where they stand alone only: `a` is in most words. */
const SHORT_TEXT = 4;

/** A masked key, as OpenAI writes it. */
const MASKED = /\S*\*{2,}\S*/g;
/** Four numbers or more in a row: token ids or a vector. */
const NUMBERS = /-?\d+(\.\d+)?(e[-+]?\d+)?(\s*,\s*-?\d+(\.\d+)?(e[-+]?\d+)?){3,}/gi;

/** What must not be repeated. */
export interface Secrets {
  readonly key?: string;
  /** Values of headers and of the query. */
  readonly values?: readonly string[];
  readonly texts: readonly string[];
}

/** A server's words without the key and the request's texts, also in parts; at most 300 characters. */
export function redact(words: string, { key = '', values = [], texts }: Secrets): string {
  let result = unescapeWords(words.slice(0, LONGEST_READ));
  for (const secret of [key, ...values]) result = removeKey(result, secret);
  // A text may be a part of a longer one.
  for (const text of [...texts].sort((a, b) => b.length - a.length)) result = removeText(result, text);
  result = removeSharedWords(result, texts, GAP);
  result = result.replace(MASKED, GAP).replace(NUMBERS, GAP).replace(/\s+/g, ' ').trim();
  return result.length <= LONGEST_DETAIL ? result : `${result.slice(0, LONGEST_DETAIL - 1)}…`;
}

function removeKey(words: string, key: string): string {
  if (key === '') return words;
  if (key.length < KEY_PIECE) return removeWord(words, key);
  return removePieces(words.replaceAll(key, GAP), key, KEY_PIECE, 1);
}

function removeText(words: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return words;
  if (trimmed.length < SHORT_TEXT) return removeWord(words, trimmed);
  return removePieces(words.replaceAll(trimmed, GAP), trimmed, TEXT_PIECE, TEXT_PIECE);
}

/** Takes `word` out where no letter and no digit stands beside it. */
function removeWord(words: string, word: string): string {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // Safari 16 can't look behind.
  return words.replace(new RegExp(`(^|[^\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'), `$1${GAP}`);
}

/** Takes out what `words` and `secret` share, where a window of `length` characters, one every `step`, shows it. */
function removePieces(words: string, secret: string, length: number, step: number): string {
  let result = words;
  for (let start = 0; start + length <= result.length; start += step) {
    const found = secret.indexOf(result.slice(start, start + length));
    if (found === -1) continue;
    let before = 0;
    while (start - before > 0 && found - before > 0 && result[start - before - 1] === secret[found - before - 1]) {
      before += 1;
    }
    let end = length;
    while (start + end < result.length && found + end < secret.length && result[start + end] === secret[found + end]) {
      end += 1;
    }
    result = result.slice(0, start - before) + GAP + result.slice(start + end);
    start -= before;
  }
  return result;
}
