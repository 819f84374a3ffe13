/** The first or the last characters of a text, cut where words end if there is such a place. Pure. */

/** The start of a text, of at most `most` characters, and of at least half as many where it has them. */
export function takeHead(text: string, most: number): string {
  if (text.length <= most) return text;
  for (let end = most; end > most / 2; end--)
    if (isSpace(text, end) && !isSpace(text, end - 1)) return text.slice(0, end);
  return text.slice(0, splitsPair(text, most) ? most - 1 : most);
}

/** The end of a text, of at most `most` characters, and of at least half as many where it has them. */
export function takeTail(text: string, most: number): string {
  if (text.length <= most) return text;
  const first = text.length - most;
  for (let start = first; start < first + most / 2; start++) {
    if (isSpace(text, start) && !isSpace(text, start - 1)) return text.slice(start);
  }
  return text.slice(splitsPair(text, first) ? first + 1 : first);
}

function isSpace(text: string, index: number): boolean {
  return /\s/.test(text.charAt(index));
}

/** Whether a character outside of the first 65,536 has one half on each side of `index`. */
function splitsPair(text: string, index: number): boolean {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
