/** The statistics of samples. NaN when there are none. */

/** The value in the middle. */
export function median(samples: readonly number[] = []): number {
  const sorted = sort(samples);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/**
 * How many times as long as the others' samples the own took, each beside the one taken right before or after it: the
 * median of these ratios. A machine that was slow for a while was slow for both, which two medians wouldn't know.
 */
export function medianRatio(own: readonly number[] = [], others: readonly number[] = []): number {
  return median(own.slice(0, others.length).map((sample, index) => sample / (others[index] ?? NaN)));
}

/** The least sample that at least 95 % of all don't exceed. */
export function percentile95(samples: readonly number[]): number {
  return sort(samples)[Math.ceil(0.95 * samples.length) - 1] ?? NaN;
}

function sort(samples: readonly number[]): number[] {
  return [...samples].sort((one, other) => one - other);
}
