/** Takes out what a server's words share with texts word by word, however the server writes them. */

const WORD = /[\p{L}\p{N}]+/gu;
/** JSON's escapes, also of quotation inside quotation. Source: RFC 8259, section 7. */
const ESCAPES = /\\+(?:u([0-9a-f]{4})|["\\/bfnrt])/gi;
/** Bytes as URLs write them. Source: RFC 3986, section 2.1. */
const PERCENT = /(?:%[0-9a-f]{2})+/gi;

/** The same words without escapes, so that a text that was escaped on the way is seen. */
export function unescapeWords(words: string): string {
  return words
    .replace(PERCENT, (bytes) => {
      try {
        return decodeURIComponent(bytes);
      } catch {
        return ' ';
      }
    })
    .replace(ESCAPES, (_escape, unit: string | undefined) =>
      unit === undefined ? ' ' : String.fromCharCode(parseInt(unit, 16)),
    );
}

/** `words` with `gap` for every two words or more that follow one another in a text as well, in capitals or not. */
export function removeSharedWords(words: string, texts: readonly string[], gap: string): string {
  const found = [...words.matchAll(WORD)].map((match) => ({
    word: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
  const pairs = new Map<string, number[]>();
  found.slice(1).forEach(({ word }, index) => {
    const pair = `${found[index]?.word ?? ''} ${word}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), index]);
  });
  const shared = new Set<number>();
  for (const text of texts) {
    let before = '';
    for (const [match] of text.matchAll(WORD)) {
      const word = match.toLowerCase();
      for (const index of pairs.get(`${before} ${word}`) ?? []) shared.add(index).add(index + 1);
      before = word;
    }
  }
  let result = '';
  let written = 0;
  found.forEach(({ start, end }, index) => {
    if (!shared.has(index)) return;
    const isFirst = !shared.has(index - 1);
    if (isFirst) result += words.slice(written, start) + gap;
    written = end;
  });
  return result + words.slice(written);
}
