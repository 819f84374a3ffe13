/** How well one measure of likeness stands in for another. */

/** The likeness of vectors `i` and `j`: larger is more alike. */
export type Likeness = (i: number, j: number) => number;

/** The bits in which two vectors of bytes differ. */
export function getHammingDistance(a: readonly number[], b: readonly number[]): number {
  let distance = 0;
  for (const [index, byte] of a.entries()) {
    for (let bits = byte ^ (b[index] ?? 0); bits !== 0; bits &= bits - 1) distance++;
  }
  return distance;
}

/** Every pair of `count` things, each once, none with itself. */
export function listPairs(count: number): [number, number][] {
  return Array.from({ length: count }, (_, j) => Array.from({ length: j }, (_, i): [number, number] => [i, j])).flat();
}

/** Spearman's correlation of two lists: Pearson's of their ranks, where equal values share the mean of theirs. */
export function getSpearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [centre(rank(a)), centre(rank(b))];
  const dot = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, index) => sum + value * (q[index] ?? 0), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

/** The share, over all of `count`, of the `nearest` by `truth` that are among the `within` nearest by `guess`. */
export function getRecall(count: number, truth: Likeness, nearest: number, guess: Likeness, within: number): number {
  const all = Array.from({ length: count }, (_, index) => index);
  const find = (likeness: Likeness, i: number, most: number): number[] =>
    all
      .filter((j) => j !== i)
      .sort((j, k) => likeness(i, k) - likeness(i, j))
      .slice(0, most);
  const found = all.flatMap((i) => {
    const guesses = find(guess, i, within);
    return find(truth, i, nearest).filter((j) => guesses.includes(j));
  });
  return found.length / (count * nearest);
}

function rank(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [index, value] of sorted.entries()) {
    if (!first.has(value)) first.set(value, index);
    last.set(value, index);
  }
  return values.map((value) => ((first.get(value) ?? 0) + (last.get(value) ?? 0)) / 2);
}

function centre(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
