/** Compares long lists of numbers. */

/** Where two lists differ by a bit that counts, and how: `toEqual()` takes seconds for what these tests compare. */
export function findDifference(actual: Float32Array, expected: Float32Array): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} numbers instead of ${expected.length}`;
  const at = actual.findIndex((value, index) => !Object.is(value, expected[index]));
  return at === -1 ? undefined : `${actual[at]} instead of ${expected[at]} at ${at}`;
}
