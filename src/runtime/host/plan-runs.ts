/** Which texts go through the model together, and to which length they are padded. Pure. */

/** What a device likes its runs to be. */
export interface RunShape {
  readonly maxRows: number;
  /** Rows times length, padding included; a single longer text still is a run. */
  readonly mostTokens: number;
  /** Whether rows are padded to one of few lengths and come in powers of two, so that shapes repeat. */
  readonly isPadded: boolean;
}

/** One run of the model. */
export interface Run {
  /** Positions in the list of lengths. */
  readonly rows: readonly number[];
  /** Tokens per row, padding included. */
  readonly length: number;
}

/** A GPU works in groups of 32 or 64 threads; shorter rows would leave most of them idle. */
const MIN_LENGTH = 16;

/**
 * Runs that hold every text of at least one token exactly once, texts of like length together.
 *
 * @param lengths - tokens of each text; 0 for one that isn't to be run.
 * @param longest - no run is padded beyond it.
 */
export function planRuns(lengths: ArrayLike<number>, longest: number, shape: RunShape): Run[] {
  const rows = Array.from(lengths, (_, row) => row).filter((row) => (lengths[row] ?? 0) > 0);
  const lengthOf = (row: number): number => {
    const tokens = lengths[row] ?? 0;
    return shape.isPadded ? Math.max(tokens, Math.min(longest, padLength(tokens))) : tokens;
  };
  const sorted = rows.sort((a, b) => lengthOf(a) - lengthOf(b));
  const runs: Run[] = [];
  for (let start = 0; start < sorted.length;) {
    const length = lengthOf(sorted[start] ?? 0);
    const alike = sorted.slice(start).findIndex((row) => lengthOf(row) !== length);
    const available = alike < 0 ? sorted.length - start : alike;
    const fitting = Math.max(1, Math.min(available, shape.maxRows, Math.floor(shape.mostTokens / length)));
    const size = shape.isPadded ? largestPowerOfTwo(fitting) : fitting;
    runs.push({ rows: sorted.slice(start, start + size), length });
    start += size;
  }
  return runs;
}

/** The next of 16, 24, 32, 48, 64, 96, …: over 16 at most a third of a row is padding. */
function padLength(tokens: number): number {
  let length = MIN_LENGTH;
  while (length < tokens) {
    const between = (length * 3) / 2;
    if (between >= tokens) return between;
    length *= 2;
  }
  return length;
}

function largestPowerOfTwo(most: number): number {
  return 2 ** Math.floor(Math.log2(most));
}
