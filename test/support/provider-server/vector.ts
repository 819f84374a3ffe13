/** The vectors the provider server answers with: anyone can compute them from the text. Runs in a page as well. */

/** The width of a vector when neither the lane nor the request says another. */
export const DEFAULT_WIDTH = 8;

/** FNV-1a over UTF-16 units, 32 bits. Source: Noll, "The FNV Non-Cryptographic Hash Algorithm". */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

/** Numbers in [0, 1) that follow from a seed. Source: Ettinger, "mulberry32". */
export function createDice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The vector of an input, of unit length. Every number is a float32, so it comes out the same from JSON and from base64.
 *
 * @param input - a text, or token ids.
 */
export function expectedVector(input: string | readonly number[], width: number = DEFAULT_WIDTH): number[] {
  const roll = createDice(hash(typeof input === 'string' ? input : JSON.stringify(input)));
  const raw = Array.from({ length: width }, () => roll() - 0.5);
  const norm = Math.hypot(...raw);
  return raw.map((value) => Math.fround(value / norm));
}

/** The tokens the server counts in an input: its words, or its token ids. */
export function expectedTokens(input: string | readonly number[]): number {
  return typeof input === 'string' ? input.split(/\s+/).filter(Boolean).length : input.length;
}
