/** English-like text as long as real abstracts are, for a machine without the collection. The same on every run. */

/** Long texts and questions about them. */
export interface Corpus {
  readonly abstracts: readonly string[];
  readonly queries: readonly string[];
}

/** Words of the Cranfield collection's first 64 abstracts: the least, every tenth percentile, the most. */
const WORDS_BY_DECILE = [26, 68, 109, 138, 143, 153, 164, 183, 217, 276, 403];

/** What the generated texts are, in words. */
export const GENERATED_SOURCE = `generated text, words per abstract by decile ${WORDS_BY_DECILE.join(' ')} (mean about 165), as the Cranfield collection's first 64`;

const QUERIES = 64;
/** About 20 tokens. */
const WORDS_PER_QUERY = 17;
const WORDS_PER_SENTENCE = 18;

/** Common words first: they are drawn more often. */
const WORDS = `the of a and in is for to with by at on from that this are was were be as it which can an or between
flow pressure layer surface boundary heat theory results method speed number wing body plate solution velocity
temperature equations effects given used obtained found shown made presented large small high low mean local free
experimental theoretical transfer laminar turbulent compressible distribution ratio coefficient stream angle shock
wave cylinder cone blunt nose edge leading wake jet gas air viscous linear approximate exact numerical similar
stability buckling shell thin loading stress strain deflection vibration frequency panel flutter aircraft design
measurements tunnel range problem analysis calculation comparison agreement report paper study investigation
conditions influence increase decrease near along through without several simple general certain various`
  .trim()
  .split(/\s+/);

/** `count` abstracts whose lengths are distributed as the collection's, and queries of one length. */
export function generateCorpus(count: number): Corpus {
  const random = createRandom(64);
  // An odd step visits every length once per 64 texts, short and long ones mixed.
  const lengths = Array.from({ length: count }, (_, index) => wordsAt((((index * 27) % 64) + 0.5) / 64));
  return {
    abstracts: lengths.map((words) => writeText(words, random)),
    queries: Array.from({ length: QUERIES }, () => writeText(WORDS_PER_QUERY, random)),
  };
}

function wordsAt(quantile: number): number {
  const position = quantile * (WORDS_BY_DECILE.length - 1);
  const below = WORDS_BY_DECILE[Math.floor(position)] ?? 0;
  const above = WORDS_BY_DECILE[Math.ceil(position)] ?? 0;
  return Math.round(below + (above - below) * (position % 1));
}

function writeText(words: number, random: () => number): string {
  return Array.from({ length: words }, (_, index) => {
    // Squared, so that the front of the list is drawn more often.
    const word = WORDS[Math.floor(random() ** 2 * WORDS.length)] ?? '';
    return index % WORDS_PER_SENTENCE === WORDS_PER_SENTENCE - 1 ? `${word} .` : word;
  }).join(' ');
}

/** Numbers from 0 to 1, without 1. Source: Numerical Recipes' linear congruential generator. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
