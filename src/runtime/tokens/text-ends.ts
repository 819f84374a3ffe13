/** The first or the last characters of a text, cut where words end if there is such a place. Pure. */

/** More of what continues a character than any writing has. Source: UAX #15, section 13: 30 already aren't natural. */
const LONGEST_SEQUENCE = 32;
/** Marks, what joins emoji, and the vowels and final consonants of Hangul. */
const CONTINUES = /^[\p{M}\u200d\u1160-\u11ff]/u;

/** The start of a text, of at most `most` characters, and of at least half as many where it has them. */
export function takeHead(text: string, most: number): string {
  if (text.length <= most) return text;
  for (let end = most; end > most / 2; end--)
    if (isSpace(text, end) && !isSpace(text, end - 1)) return text.slice(0, end);
  return text.slice(0, findCut(text, most, -1));
}

/** The end of a text, of at most `most` characters, and of at least half as many where it has them. */
export function takeTail(text: string, most: number): string {
  if (text.length <= most) return text;
  const first = text.length - most;
  for (let start = first; start < first + most / 2; start++) {
    if (isSpace(text, start) && !isSpace(text, start - 1)) return text.slice(start);
  }
  return text.slice(findCut(text, first, 1));
}

/** Characters that are normalized at once to know how many come of them. */
const PIECE = 1024;
/** Source: as {@link maxNormalized}: U+FDFA in NFKC. */
const MAX_PER_CHARACTER = 18;

/**
 * How many characters of that end have at most `most` ones in normal form, to a thousand.
 *
 * @param count - characters of a text's normal form.
 */
export function countFitting(text: string, most: number, isHead: boolean, count: (text: string) => number): number {
  if (text.length * MAX_PER_CHARACTER <= most) return text.length;
  let sum = 0;
  for (let done = 0; done < text.length; done += PIECE) {
    const piece = isHead ? text.slice(done, done + PIECE) : text.slice(-done - PIECE, text.length - done);
    sum += count(piece);
    if (sum > most) return Math.max(done, PIECE);
  }
  return text.length;
}

function isSpace(text: string, index: number): boolean {
  return /\s/.test(text.charAt(index));
}

/** The next place from `index` on in that direction that doesn't split what belongs together. */
function findCut(text: string, index: number, direction: 1 | -1): number {
  const places = Array.from({ length: LONGEST_SEQUENCE }, (_, distance) => index + distance * direction);
  const place = places.find((each) => !splitsPair(text, each) && !splitsSequence(text, each));
  return place ?? (splitsPair(text, index) ? index + direction : index);
}

function splitsSequence(text: string, index: number): boolean {
  return CONTINUES.test(text.slice(index, index + 2)) || text.charAt(index - 1) === '\u200d';
}

/** Whether a character outside of the first 65,536 has one half on each side of `index`. */
function splitsPair(text: string, index: number): boolean {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
