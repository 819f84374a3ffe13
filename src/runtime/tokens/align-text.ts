/** Where the characters of a text's normal form come from. */
import type { NormalizeStep } from './normalize/normalizer-file.js';
import { remember } from './remember.js';

/** Blanks together, or a character with what belongs to it: marks, joiners, vowels of Hangul. */
const SEGMENT = /\s+|\P{M}?(?:\p{M}|\u200c|\u200d|[\u1160-\u11ff])+|[^]/gu;
/** More parts than a normalizer looks at together. */
const MAX_JOINED = 8;

/** Places in a normal form → places in the text, in UTF-16 units. */
export interface TextPlaces {
  /** Where what stands at a place begins in the text. */
  startOf(place: number): number;
  /** Where what stands before a place ends in the text. */
  endOf(place: number): number;
}

const SAME: TextPlaces = { startOf: (place) => place, endOf: (place) => place };

/** A text's normal form, and where it comes from. */
export function alignText(text: string, steps: readonly NormalizeStep[]): { normal: string; places: TextPlaces } {
  let normal = text;
  let places = SAME;
  for (const step of steps) {
    const before = normal;
    const outer = places;
    normal = step.normalize(before);
    const inner =
      step.prepends === undefined ? alignStep(before, normal, step.normalize) : shift(normal.length - before.length);
    if (inner === SAME) continue;
    places = {
      startOf: (place) => outer.startOf(inner.startOf(place)),
      endOf: (place) => outer.endOf(inner.endOf(place)),
    };
  }
  return { normal, places };
}

function shift(by: number): TextPlaces {
  const moved = (place: number): number => Math.max(0, place - by);
  return { startOf: moved, endOf: moved };
}

/**
 * Found by normalizing a text's characters one by one. Where they come to something else together, a few are taken together;
 * what has left nothing has no place.
 */
function alignStep(text: string, normal: string, normalize: (part: string) => string): TextPlaces {
  if (text === normal) return SAME;
  const parts = text.match(SEGMENT) ?? [];
  const starts = new Int32Array(normal.length + 1);
  const ends = new Int32Array(normal.length + 1);
  const form = remember(normalize);
  let [place, done] = [0, 0];
  for (let index = 0; index < parts.length && place < normal.length;) {
    const { count, length } = findPart(parts, index, form, normal, place);
    const size = parts.slice(index, index + count).reduce((sum, part) => sum + part.length, 0);
    for (let unit = 0; unit < length; unit++) {
      starts[place + unit] = done + (length === size ? unit : 0);
      ends[place + unit + 1] = done + (length === size ? unit + 1 : size);
    }
    place += length;
    done += size;
    index += count;
  }
  // What was not found comes from what is left of the text.
  starts.fill(done, place);
  ends.fill(text.length, place + 1);
  return { startOf: (at) => starts[at] ?? text.length, endOf: (at) => ends[at] ?? text.length };
}

/** How many parts come to what stands at a place of the normal form, and how long that is. */
function findPart(
  parts: readonly string[],
  index: number,
  form: (part: string) => string,
  normal: string,
  place: number,
): { count: number; length: number } {
  const stands = (made: string): boolean => made !== '' && normal.startsWith(made, place);
  const [first = '', next] = [parts[index], parts[index + 1]];
  if (stands(first)) return { count: 1, length: first.length };
  if (stands(form(first))) return { count: 1, length: form(first).length };
  if (next === undefined || form(next) === '' || stands(form(next))) return { count: 1, length: 0 };
  for (let count = 2; count <= MAX_JOINED && index + count <= parts.length; count++) {
    const made = form(parts.slice(index, index + count).join(''));
    if (stands(made)) return { count, length: made.length };
  }
  return { count: 1, length: 0 };
}
