/** Comparisons to scores, and the best of them in order. Pure. */
import type { PackedVectors } from '../../api/search.js';
import type { FoundRows, RowsShape, UnscoredRow } from '../../ports/search-messages.js';
import { BestRows } from './best-rows.js';

/** What a query has in common with each row. */
export interface Comparison {
  /** `[rows]`: floats' dot products in float32, integers' dot products, or how many bits differ. */
  readonly values: Float32Array | Int32Array;
  /** `[rows]`, of integers: each row's dot product with itself. */
  readonly squares?: Int32Array;
}

/** The best rows of those it has been told of, in their order. */
export class Ranking {
  readonly #shape: Pick<RowsShape, 'format' | 'dimensions'>;
  readonly #querySquare: number;
  readonly #best: BestRows;
  #unscored: number | undefined;

  /** @param most - how many rows are looked for. */
  constructor(shape: Pick<RowsShape, 'format' | 'dimensions'>, query: PackedVectors, most: number) {
    this.#shape = shape;
    this.#querySquare = shape.format === 'int8' ? sumSquares(query) : 0;
    this.#best = new BestRows(most);
  }

  /** Takes in the rows from `first` on, which is after all it knows. */
  add(first: number, comparison: Comparison): void {
    const merits = this.#toMerits(comparison);
    const unscored = findUnscored(merits);
    if (unscored === undefined) this.#best.add(first, merits);
    else this.#unscored ??= first + unscored;
  }

  /**
   * The best rows, best first; of rows that score alike the earlier one first.
   *
   * @returns an unscored row when there is one among floats: NaN is in no order.
   */
  finish(): FoundRows | UnscoredRow {
    if (this.#unscored !== undefined) return { unscored: this.#unscored };
    const { format, dimensions } = this.#shape;
    const best = this.#best.sort();
    // Source: Charikar, "Similarity Estimation Techniques from Rounding Algorithms", STOC 2002, section 3.
    const toScore = (merit: number): number =>
      format === 'binary' ? Math.cos((Math.PI * -merit) / dimensions) : merit;
    return {
      indices: Uint32Array.from(best, ({ row }) => row),
      scores: Float64Array.from(best, ({ merit }) => toScore(merit)),
    };
  }

  /**
   * A number for each row that is larger for a better one. These are plain loops: a worker that was started for one search
   * runs them before they are compiled, and calls would take most of the time.
   */
  #toMerits({ values, squares }: Comparison): Float32Array | Float64Array {
    if (values instanceof Float32Array) return values;
    const merits = new Float64Array(values.length);
    for (let row = 0; row < merits.length; row++) {
      const value = values[row] ?? 0;
      if (!squares) {
        merits[row] = -value;
        continue;
      }
      // A row or a query of zeros has no direction, and is like nothing.
      const size = Math.sqrt(this.#querySquare * (squares[row] ?? 0));
      merits[row] = size === 0 ? 0 : value / size;
    }
    return merits;
  }
}

/** The first row without a number; an infinite one is too large to be a vector's. */
function findUnscored(merits: Float32Array | Float64Array): number | undefined {
  for (let row = 0; row < merits.length; row++) {
    const merit = merits[row] ?? 0;
    if (merit - merit !== 0) return row;
  }
  return undefined;
}

function sumSquares(query: PackedVectors): number {
  let square = 0;
  for (const value of query) square += value * value;
  return square;
}
