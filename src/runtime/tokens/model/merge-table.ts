/** The merges of byte-pair encoding by the two ids they join, in flat arrays. */

/** Which pairs are joined, in which order, and what becomes of them. */
export class MergeTable {
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  /** The merge's place in the list, plus one; 0 is a free place. */
  readonly #ranks: Int32Array;
  readonly #results: Int32Array;
  readonly #mask: number;

  /**
   * @param prefix - of tokens inside of a word, which a merge leaves off the second.
   * @throws Error when a merge has a token that the vocabulary lacks; the message doesn't name it.
   */
  constructor(
    merges: readonly (string | readonly [string, string])[],
    idOf: (token: string) => number | undefined,
    prefix: string,
  ) {
    let size = 16;
    while (size < merges.length * 2) size *= 2;
    this.#lefts = new Int32Array(size);
    this.#rights = new Int32Array(size);
    this.#ranks = new Int32Array(size);
    this.#results = new Int32Array(merges.length);
    this.#mask = size - 1;
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
    let place = hash(left, right) & this.#mask;
    for (;;) {
      const rank = this.#ranks[place] ?? 0;
      if (rank === 0) return -1;
      if (this.#lefts[place] === left && this.#rights[place] === right) return rank - 1;
      place = (place + 1) & this.#mask;
    }
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
    let place = hash(left, right) & this.#mask;
    // Of a pair that is there twice, the last place counts.
    while (this.#ranks[place] !== 0 && !(this.#lefts[place] === left && this.#rights[place] === right)) {
      place = (place + 1) & this.#mask;
    }
    this.#lefts[place] = left;
    this.#rights[place] = right;
    this.#ranks[place] = rank + 1;
  }
}

function hash(left: number, right: number): number {
  const mixed = Math.imul(left ^ Math.imul(right, 0x85eb_ca6b), 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
