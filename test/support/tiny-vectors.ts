/** What the tiny models compute, in plain arithmetic. Shared by the page, which checks, and Node, which makes them. */

/** Token ids are positions in this list. */
export const VOCABULARY: readonly string[] = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]'],
  ...['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
];

/** Width of a tiny vector. */
export const DIMENSIONS = 128;

/** The vector of a token: no two are parallel. */
export function tokenVector(id: number, width: number = DIMENSIONS): number[] {
  return Array.from({ length: width }, (_, column) => Math.sin(id * 7 + column * (id + 1)) + 0.5);
}

/** The ids of words, without special tokens. */
export function toIds(words: string): number[] {
  return words.split(' ').map((word) => VOCABULARY.indexOf(word));
}

/** The mean of tokens' vectors. */
export function meanVector(ids: readonly number[]): number[] {
  const sum = Array.from({ length: DIMENSIONS }, () => 0);
  for (const id of ids) tokenVector(id).forEach((value, column) => (sum[column] = (sum[column] ?? 0) + value));
  return sum.map((value) => value / ids.length);
}

/** A vector scaled to unit length. */
export function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
