/** Merges that may be done next: the earliest in the list first, of equal ones the leftmost. */

/** More than a piece has characters. A rank times it is exact. */
const PLACES = 2 ** 26;

/** A binary heap. */
export class MergeQueue {
  /** `rank × PLACES + place`. */
  readonly #keys: Float64Array;
  #size = 0;
  /** Of the merge that was taken last. */
  rank = -1;

  /** @param capacity - most merges there are at one time. */
  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity);
  }

  push(rank: number, place: number): void {
    const keys = this.#keys;
    const key = rank * PLACES + place;
    let index = this.#size++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = keys[parent] ?? 0;
      if (above <= key) break;
      keys[index] = above;
      index = parent;
    }
    keys[index] = key;
  }

  /** Takes the first one: its place, with its {@link rank}; -1 where there is none. */
  pop(): number {
    if (this.#size === 0) return -1;
    const keys = this.#keys;
    const first = keys[0] ?? 0;
    const last = keys[--this.#size] ?? 0;
    const size = this.#size;
    let index = 0;
    for (let child = 1; child < size; child = 2 * index + 1) {
      if (child + 1 < size && (keys[child + 1] ?? 0) < (keys[child] ?? 0)) child++;
      const below = keys[child] ?? 0;
      if (below >= last) break;
      keys[index] = below;
      index = child;
    }
    keys[index] = last;
    this.rank = Math.floor(first / PLACES);
    return first % PLACES;
  }
}
