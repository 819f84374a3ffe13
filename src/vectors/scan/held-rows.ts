/** Rows in memory that a query is compared with, however that is done. */
import type { PackedVectors } from '../../api/search.js';
import type { RowsShape } from '../../ports/search-messages.js';
import { comparePlainly } from './compare-plainly.js';
import type { Comparison } from './ranking.js';

/** Room for rows of one shape: for all of them, or for as many as pass through at a time. */
export interface HeldRows {
  /** Copies whole rows in, to be the `first` one in the room and those behind it. */
  write(first: number, values: PackedVectors): void;
  /** The query of the comparisons that follow, in the rows' format and width. */
  setQuery(query: PackedVectors): void;
  /** What it has in common with each of the first `count` rows in the room. Of use until the next comparison. */
  compare(count: number): Comparison;
}

/** Rows compared by plain JavaScript, which gives the same bits as `SimdRows`. */
export class PlainRows implements HeldRows {
  readonly #shape: RowsShape;
  readonly #held: PackedVectors;
  #query: PackedVectors = new Uint8Array();

  /** @param room - how many rows there is room for. */
  constructor(shape: RowsShape, room: number) {
    const { format, width } = shape;
    const length = room * width;
    this.#shape = shape;
    this.#held =
      format === 'float'
        ? new Float32Array(length)
        : format === 'int8'
          ? new Int8Array(length)
          : new Uint8Array(length);
  }

  write(first: number, values: PackedVectors): void {
    this.#held.set(values, first * this.#shape.width);
  }

  setQuery(query: PackedVectors): void {
    this.#query = query;
  }

  compare(count: number): Comparison {
    const { format, width } = this.#shape;
    return comparePlainly(format, this.#query, this.#held.subarray(0, count * width));
  }
}
