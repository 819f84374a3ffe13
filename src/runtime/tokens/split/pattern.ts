/** Where a pattern is found in a text. */
import { NEWER } from '../characters.js';
import type { FindNext } from './split-file.js';

const CHANGED = new RegExp(`[${NEWER.unassigned}\u0295]`, 'gu');
const HAS_CHANGED = new RegExp(CHANGED.source, 'u');
/** Characters that are unassigned, of one unit and of two. */
const STAND_INS = ['', '\ufdd0', '\u{1fffe}'];
/** A small letter to Rust, as the one behind it still is. */
const PHARYNGEAL = '\u0295';

/** By a global regular expression. Characters are what they are in Unicode 16, which Rust's regular expressions have. */
export function createPattern(regex: RegExp): FindNext {
  return (text) => {
    const find = findIn(regex, HAS_CHANGED.test(text) ? text.replace(CHANGED, standIn) : text);
    return (from) => {
      const found = find(from);
      // Engines find what is empty within a character of two units, too.
      return found && (text.codePointAt(found[0] - 1) ?? 0) > 0xffff ? find(found[0] + 1) : found;
    };
  };
}

/** By a global regular expression, as the engine's Unicode has it. */
export function createNewestPattern(regex: RegExp): FindNext {
  return (text) => findIn(regex, text);
}

function findIn(regex: RegExp, text: string): ReturnType<FindNext> {
  return (from) => {
    regex.lastIndex = from;
    const found = regex.exec(text);
    return found ? [found.index, found.index + found[0].length] : undefined;
  };
}

function standIn(character: string): string {
  return character === PHARYNGEAL ? '\u0296' : (STAND_INS[character.length] ?? '');
}

/** By a text. An empty one is everywhere. */
export function createTextPattern(pattern: string): FindNext {
  return (text) => (from) => {
    const start = text.indexOf(pattern, from);
    return start < 0 ? undefined : [start, start + pattern.length];
  };
}

/** Takes a stretch of the text, in order, and whether it is a match. */
export type Visit = (from: number, to: number, isMatch: boolean) => void;

/**
 * Visits all of a text: where a pattern is found, and what is between. An empty text has no matches.
 *
 * Source: rust-onig, `FindMatches` (no empty match directly behind another match).
 */
export function walkMatches(text: string, find: FindNext, visit: Visit): void {
  const next = find(text);
  let done = 0;
  let last = -1;
  for (let from = 0; from <= text.length && text !== '';) {
    const found = next(from);
    if (!found) break;
    const [start, end] = found;
    if (start === end && end === last) {
      from = end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
      continue;
    }
    if (start > done) visit(done, start, false);
    visit(start, end, true);
    done = end;
    last = end;
    from = end;
  }
  if (done < text.length) visit(done, text.length, false);
}
