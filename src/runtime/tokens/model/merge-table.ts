/** The merges of byte-pair encoding by the two ids they join. */
import { PairTable } from './pair-table.js';

/** Which pairs are joined, in which order, and what becomes of them. */
export class MergeTable {
  /** Two ids → the merge's place in the list, plus one. */
  readonly #ranks: PairTable;
  readonly #results: Int32Array;

  /**
   * @param prefix - of tokens inside of a word, which a merge leaves off the second.
   * @throws Error when a merge has a token that the vocabulary lacks; the message doesn't name it.
   */
  constructor(
    merges: readonly (string | readonly [string, string])[],
    idOf: (token: string) => number | undefined,
    prefix: string,
  ) {
    this.#ranks = new PairTable(merges.length);
    this.#results = new Int32Array(merges.length);
    for (let rank = 0; rank < merges.length; rank++) {
      const merge = merges[rank] ?? '';
      const blank = typeof merge === 'string' ? merge.indexOf(' ') : -1;
      const left = typeof merge === 'string' ? merge.slice(0, blank) : merge[0];
      const right = typeof merge === 'string' ? merge.slice(blank + 1) : merge[1];
      this.#add(rank, idOf(left), idOf(right), idOf(left + right.slice(prefix.length)));
    }
  }

  /** The merge's place in the list; -1 where the two aren't joined. */
  find(left: number, right: number): number {
    return this.#ranks.get(left, right) - 1;
  }

  /** The id that a merge makes. */
  resultOf(rank: number): number {
    return this.#results[rank] ?? -1;
  }

  #add(rank: number, left: number | undefined, right: number | undefined, result: number | undefined): void {
    if (left === undefined || right === undefined || result === undefined) {
      throw new Error(`merge ${String(rank)} has a token that the vocabulary lacks`);
    }
    this.#results[rank] = result;
    // Of a pair that is there twice, the last place counts.
    this.#ranks.set(left, right, rank + 1);
  }
}
