/** Chance that repeats. */

/** The same numbers in [0, 1) every time. Source: Park and Miller, "Random number generators", 1988. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
