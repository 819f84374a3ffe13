/** Passages and their vectors, in memory only. Search compares the query with every one of them. */
import type { Passage } from './note.js';

/** A passage and how near it is to the query. */
export interface Match {
  readonly passage: Passage;
  /** The cosine of the angle between the two vectors: 1 is the same direction. */
  readonly score: number;
}

/** An exact index: for the thousands of passages one person has, a tree would only add code. */
export class PassageIndex {
  #passages: Passage[] = [];
  /** `[capacity, dimensions]`, row-major, unit length; rows past the last passage are unused. */
  #vectors = new Float32Array(0);

  /** How many passages can be found. */
  get size(): number {
    return this.#passages.length;
  }

  /** Appends passages with their vectors, in the same order; all vectors ever added have one width. */
  add(passages: readonly Passage[], vectors: readonly (readonly number[])[]): void {
    const dimensions = vectors[0]?.length ?? 0;
    this.#reserve((this.size + passages.length) * dimensions);
    vectors.forEach((vector, row) => {
      this.#vectors.set(vector, (this.size + row) * dimensions);
    });
    this.#passages.push(...passages);
  }

  /** The `count` nearest passages, nearest first. */
  search(query: readonly number[], count: number): Match[] {
    return this.#passages
      .map((passage, row) => ({ passage, score: this.#score(query, row) }))
      .sort((one, other) => other.score - one.score)
      .slice(0, count);
  }

  /** Forgets everything and gives the memory back. */
  clear(): void {
    this.#passages = [];
    this.#vectors = new Float32Array(0);
  }

  /** The dot product, which is the cosine since the vectors have unit length. */
  #score(query: readonly number[], row: number): number {
    const start = row * query.length;
    return query.reduce((sum, value, column) => sum + value * (this.#vectors[start + column] ?? 0), 0);
  }

  /** Doubles, so that adding many small notes doesn't copy everything each time. */
  #reserve(length: number): void {
    if (length <= this.#vectors.length) return;
    const larger = new Float32Array(Math.max(length, this.#vectors.length * 2));
    larger.set(this.#vectors);
    this.#vectors = larger;
  }
}
