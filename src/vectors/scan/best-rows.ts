/** The rows with the largest merits, of any number that come by. */

/** So many candidates more than are kept make sorting them worth it. */
const MAX_SURPLUS = 1000;

interface Candidate {
  readonly row: number;
  readonly merit: number;
}

/** Keeps so many rows. Most rows are turned down by one comparison with the least merit that still counts. */
export class BestRows {
  readonly #most: number;
  readonly #candidates: Candidate[] = [];
  #least = -Infinity;

  constructor(most: number) {
    this.#most = most;
  }

  /** Considers the rows from `first` on, which come after those considered before. */
  add(first: number, merits: Float32Array | Float64Array): void {
    for (let position = 0; position < merits.length; position++) {
      const merit = merits[position] ?? 0;
      // A later row with the same merit is the worse one.
      if (merit <= this.#least) continue;
      this.#candidates.push({ row: first + position, merit });
      if (this.#candidates.length >= 2 * this.#most + MAX_SURPLUS) this.sort();
    }
  }

  /** Those kept, best first, of equal ones the earlier. */
  sort(): readonly Candidate[] {
    const candidates = this.#candidates;
    candidates.sort((a, b) => b.merit - a.merit || a.row - b.row);
    if (candidates.length >= this.#most) {
      candidates.length = this.#most;
      this.#least = candidates.at(-1)?.merit ?? this.#least;
    }
    return candidates;
  }
}
