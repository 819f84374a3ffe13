/** What a reader takes for one character. */

/** Without any of these every code point is a grapheme, but for a line end of two. Source: UAX #29, table 2. */
const JOINS =
  /[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\u0e33\u0eb3\u0600-\u0605\u06dd\u070f\u08e2\u0890\u0891\u0d4e\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]|\r\n/u;
/** Where the browser knows no graphemes: a character and the marks on it. */
const MARKED = /\r\n|\P{M}?[\p{M}\u200d]+|[^]/gu;

/** A text's graphemes; undefined where each is one code point. */
export function splitGraphemes(text: string): Iterable<string> | undefined {
  if (!JOINS.test(text)) return undefined;
  if (typeof Intl.Segmenter !== 'function') return text.match(MARKED) ?? [];
  return segment(text);
}

/** Characters that are divided at once: engines take time by the square of a text's length. */
const WINDOW = 1024;

/** In windows, each from where a grapheme ends: only a window's last one may go on behind it. */
function* segment(text: string): Generator<string> {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  let size = WINDOW;
  for (let start = 0; start < text.length;) {
    const isHalved = (text.codePointAt(start + size - 1) ?? 0) > 0xffff;
    const part = text.slice(start, start + size + (isHalved ? 1 : 0));
    const graphemes = Array.from(segmenter.segment(part), (each) => each.segment);
    const isEnd = start + part.length >= text.length;
    if (!isEnd && graphemes.length === 1) {
      size *= 2;
      continue;
    }
    const last = isEnd ? undefined : graphemes.pop();
    yield* graphemes;
    start += part.length - (last?.length ?? 0);
    size = WINDOW;
  }
}
