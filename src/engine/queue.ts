/** Entries waiting for a worker, in two lanes. Pure order: no clock, no promises, no worker. */
import type { EmbedCall, Entry } from './embed-call.js';

/** Bulk work gets every so-many-th micro-batch while queries wait, so that it ends too. */
const BULK_TURN = 4;

/** Entries in the order they will be embedded: interactive ones first, each lane first come, first served. */
export class EntryQueue {
  #interactive: Entry[] = [];
  #bulk: Entry[] = [];
  #turn = 0;

  /** How many entries wait. */
  get size(): number {
    return this.#interactive.length + this.#bulk.length;
  }

  /** Appends every entry of a call to its lane. */
  add(call: EmbedCall): void {
    const lane = call.priority === 'interactive' ? this.#interactive : this.#bulk;
    for (const entry of call.entries) lane.push(entry);
  }

  /** Puts entries a failed worker hasn't answered back in front, in their order. */
  putBack(entries: readonly Entry[]): void {
    const isInteractive = (entry: Entry): boolean => entry.call.priority === 'interactive';
    this.#interactive = [...entries.filter(isInteractive), ...this.#interactive];
    this.#bulk = [...entries.filter((entry) => !isInteractive(entry)), ...this.#bulk];
  }

  /**
   * Takes the entries of the next micro-batch: at least one if any waits, and then as many as stay within the budget.
   * Entries of settled calls are dropped.
   */
  take(budgetTokens: number): Entry[] {
    this.#drop((entry) => entry.call.isSettled);
    this.#turn += 1;
    const bulkFirst = this.#interactive.length === 0 || this.#turn % BULK_TURN === 0;
    const lane = bulkFirst && this.#bulk.length > 0 ? this.#bulk : this.#interactive;
    let tokens = 0;
    let count = 0;
    for (const entry of lane) {
      tokens += entry.estimatedTokens;
      if (count > 0 && tokens > budgetTokens) break;
      count += 1;
    }
    return lane.splice(0, count);
  }

  /** Takes every entry. */
  takeAll(): Entry[] {
    return [...this.#interactive.splice(0), ...this.#bulk.splice(0)];
  }

  #drop(predicate: (entry: Entry) => boolean): void {
    if (this.#interactive.some(predicate)) this.#interactive = this.#interactive.filter((entry) => !predicate(entry));
    if (this.#bulk.some(predicate)) this.#bulk = this.#bulk.filter((entry) => !predicate(entry));
  }
}
