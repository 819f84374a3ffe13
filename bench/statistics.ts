/** The statistics of samples. NaN when there are none. */

/** The value in the middle. */
export function median(samples: readonly number[] = []): number {
  const sorted = sort(samples);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** The least sample that at least 95 % of all don't exceed. */
export function percentile95(samples: readonly number[]): number {
  return sort(samples)[Math.ceil(0.95 * samples.length) - 1] ?? NaN;
}

function sort(samples: readonly number[]): number[] {
  return [...samples].sort((one, other) => one - other);
}
