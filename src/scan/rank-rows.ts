/** Comparisons to scores, and the best of them in order. Pure. */
import type { PackedVectors } from '../api/search.js';
import type { FoundRows, RowsShape, UnscoredRow } from '../protocol/search-messages.js';

/** What a query has in common with each row. */
export interface Comparison {
  /** `[rows]`: floats' dot products in float32, integers' dot products, or how many bits differ. */
  readonly values: Float32Array | Int32Array;
  /** `[rows]`, of integers: each row's dot product with itself. */
  readonly squares?: Int32Array;
}

/**
 * The `most` best rows, best first; of rows that score alike the earlier one first.
 *
 * @returns an unscored row when there is one among floats: NaN is in no order.
 */
export function rankRows(
  { format, dimensions }: Pick<RowsShape, 'format' | 'dimensions'>,
  query: PackedVectors,
  { values, squares }: Comparison,
  most: number,
): FoundRows | UnscoredRow {
  const merits = format === 'int8' ? toCosines(query, values, squares) : new Float64Array(values);
  const unscored = merits.findIndex((merit) => !Number.isFinite(merit));
  if (unscored !== -1) return { unscored };
  const isDistance = format === 'binary';
  if (isDistance) merits.forEach((distance, row) => (merits[row] = -distance));
  const indices = selectBest(merits, most);
  const scores = Float64Array.from(indices, (row) => {
    const merit = merits[row] ?? 0;
    return isDistance ? Math.cos((Math.PI * -merit) / dimensions) : merit;
  });
  return { indices, scores };
}

/** A row or a query of zeros has no direction, and is like nothing. */
function toCosines(
  query: PackedVectors,
  dots: Comparison['values'],
  squares: Int32Array = new Int32Array(),
): Float64Array {
  let square = 0;
  for (const value of query) square += value * value;
  const cosines = new Float64Array(dots);
  cosines.forEach((dot, row) => {
    const size = Math.sqrt(square * (squares[row] ?? 0));
    cosines[row] = size === 0 ? 0 : dot / size;
  });
  return cosines;
}

/** Positions of the `most` largest merits, the largest first. */
function selectBest(merits: Float64Array, most: number): Uint32Array<ArrayBuffer> {
  const meritOf = (row: number | undefined): number => merits[row ?? 0] ?? 0;
  const isWorse = (a: number | undefined, b: number | undefined): boolean =>
    meritOf(a) < meritOf(b) || (meritOf(a) === meritOf(b) && (a ?? 0) > (b ?? 0));
  // A heap whose first is the worst of those kept: most rows are turned down by one comparison with it.
  const kept = Uint32Array.from({ length: Math.min(most, merits.length) }, (_, row) => row);
  const sink = (from: number): void => {
    for (let parent = from; ;) {
      let worst = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < kept.length && isWorse(kept[child], kept[worst])) worst = child;
      }
      if (worst === parent) return;
      [kept[parent], kept[worst]] = [kept[worst] ?? 0, kept[parent] ?? 0];
      parent = worst;
    }
  };
  for (let parent = (kept.length >> 1) - 1; parent >= 0; parent--) sink(parent);
  for (let row = kept.length; row < merits.length && kept.length > 0; row++) {
    // A later row with the same merit is the worse one.
    if ((merits[row] ?? 0) <= meritOf(kept[0])) continue;
    kept[0] = row;
    sink(0);
  }
  return kept.sort((a, b) => meritOf(b) - meritOf(a) || a - b);
}
