/** Where a pattern is found in a text. */
import { NEWER } from '../characters.js';
import type { FindNext } from './split-file.js';

const NEWER_LETTERS = new RegExp(`[${NEWER.letters}]`, 'gu');
const HAS_NEWER = new RegExp(`[${NEWER.letters}]`, 'u');
/** Characters that are neither letters nor numbers nor blanks, of one unit and of two. */
const STAND_INS = ['', '\ufdd0', '\u{1fffe}'];

/** By a global regular expression. Letters that are newer than Rust's Unicode aren't letters to it. */
export function createPattern(regex: RegExp): FindNext {
  return (text) => {
    const seen = HAS_NEWER.test(text) ? text.replace(NEWER_LETTERS, (letter) => STAND_INS[letter.length] ?? '') : text;
    return (from) => {
      regex.lastIndex = from;
      const found = regex.exec(seen);
      return found ? [found.index, found.index + found[0].length] : undefined;
    };
  };
}

/** By a text. An empty one is nowhere. */
export function createTextPattern(pattern: string): FindNext {
  return (text) => (from) => {
    const start = pattern === '' ? -1 : text.indexOf(pattern, from);
    return start < 0 ? undefined : [start, start + pattern.length];
  };
}
