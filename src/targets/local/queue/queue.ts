/** Entries waiting for a worker, in two lanes. Pure order: no clock, no promises, no worker. */
import type { Priority } from '../../../api/vocabulary.js';
import type { EmbedCall, Entry } from './embed-call.js';

/** Bulk work gets every so-many-th micro-batch while queries wait, so that it ends too. */
const BULK_TURN = 4;

/** A lane forgets what was taken once there is so much of it; moving the rest each time would cost more. */
const MAX_TAKEN = 1024;

/** How many entries are looked at for those of like length: enough to fill a GPU's run, and sorted in no time. */
const LOOKAHEAD = 256;

/**
 * Entries in the order they will be embedded: interactive ones first. In each lane the entry that waits longest is next,
 * together with those behind it that are nearest to its length, so that little is padded.
 */
export class EntryQueue {
  readonly #interactive = new Lane();
  readonly #bulk = new Lane();
  #turn = 0;

  /** How many entries wait. */
  get size(): number {
    return this.#interactive.size + this.#bulk.size;
  }

  /** How many entries of one lane wait. */
  sizeOf(priority: Priority): number {
    return priority === 'interactive' ? this.#interactive.size : this.#bulk.size;
  }

  /** How much work waits, in estimated tokens. */
  get tokens(): number {
    return this.#interactive.tokens + this.#bulk.tokens;
  }

  /** Appends every entry of a call to its lane. */
  add(call: EmbedCall): void {
    for (const entry of call.entries) this.#lane(entry).push(entry);
  }

  /** Puts entries a failed worker hasn't answered back in front, in their order, unless their calls have been settled. */
  putBack(entries: readonly Entry[]): void {
    for (const entry of [...entries].reverse()) if (!entry.call.isSettled) this.#lane(entry).putBack(entry);
  }

  /** Forgets what waits of a settled call. */
  forget(call: EmbedCall): void {
    this.#interactive.forget(call);
    this.#bulk.forget(call);
  }

  /**
   * Takes the entries of the next micro-batch: at least one if any waits, and then as many as stay within the budget.
   * Entries of settled calls are dropped. An entry over which a worker has failed is taken alone, so that none shares its
   * fate.
   *
   * @param only - leaves the other lane alone, and its turns.
   */
  take(budgetTokens: number, only?: Priority): Entry[] {
    if (only) return (only === 'interactive' ? this.#interactive : this.#bulk).take(budgetTokens);
    this.#turn += 1;
    const isBulkTurn = this.#turn % BULK_TURN === 0;
    const [first, second] = isBulkTurn ? [this.#bulk, this.#interactive] : [this.#interactive, this.#bulk];
    const batch = first.take(budgetTokens);
    return batch.length > 0 ? batch : second.take(budgetTokens);
  }

  /** Forgets every entry. */
  clear(): void {
    this.#interactive.clear();
    this.#bulk.clear();
  }

  #lane(entry: Entry): Lane {
    return entry.call.priority === 'interactive' ? this.#interactive : this.#bulk;
  }
}

/** What waits of a call, or of all. */
interface Tally {
  size: number;
  tokens: number;
}

/** A first-in, first-out list that takes from its front in constant time. */
class Lane {
  #entries: Entry[] = [];
  /** Entries before this one have been taken. */
  #head = 0;
  /** Of each call that is not forgotten. */
  readonly #waiting = new Map<EmbedCall, Tally>();
  readonly #all: Tally = { size: 0, tokens: 0 };

  get size(): number {
    return this.#all.size;
  }

  /** Estimated tokens of what waits. */
  get tokens(): number {
    return this.#all.tokens;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#count(entry);
  }

  putBack(entry: Entry): void {
    if (this.#head > 0) this.#entries[--this.#head] = entry;
    else this.#entries.unshift(entry);
    this.#count(entry);
  }

  /** Nothing of the call counts any more; its entries go with their turn, or once most are such. */
  forget(call: EmbedCall): void {
    const tally = this.#waiting.get(call);
    if (!tally) return;
    this.#waiting.delete(call);
    this.#all.size -= tally.size;
    this.#all.tokens -= tally.tokens;
    if (this.#entries.length - this.#head < 2 * this.#all.size) return;
    this.#entries = this.#entries.slice(this.#head).filter((entry) => this.#waiting.has(entry.call));
    this.#head = 0;
  }

  take(budgetTokens: number): Entry[] {
    const window = this.#dropSettled();
    const [oldest] = window;
    if (!oldest) return [];
    const batch = oldest.failures > 0 ? [oldest] : fill(oldest, window, budgetTokens);
    this.#remove(window, new Set(batch));
    return batch;
  }

  clear(): void {
    this.#entries = [];
    this.#head = 0;
    this.#waiting.clear();
    Object.assign(this.#all, { size: 0, tokens: 0 });
  }

  #count(entry: Entry): void {
    const tally = this.#waiting.get(entry.call) ?? { size: 0, tokens: 0 };
    this.#waiting.set(entry.call, tally);
    for (const each of [tally, this.#all]) {
      each.size += 1;
      each.tokens += entry.estimatedTokens;
    }
  }

  #discount(entry: Entry): void {
    const tally = this.#waiting.get(entry.call);
    // Forgotten with its call.
    if (!tally) return;
    for (const each of [tally, this.#all]) {
      each.size -= 1;
      each.tokens -= entry.estimatedTokens;
    }
    if (tally.size === 0) this.#waiting.delete(entry.call);
  }

  /** The next entries that still want an answer; those before and between them that don't are gone. */
  #dropSettled(): Entry[] {
    const window: Entry[] = [];
    let end = this.#head;
    for (let entry = this.#entries[end]; entry && window.length < LOOKAHEAD; entry = this.#entries[end]) {
      end += 1;
      if (entry.call.isSettled) this.#discount(entry);
      else window.push(entry);
    }
    this.#writeBack(window, end);
    return window;
  }

  #remove(window: readonly Entry[], taken: ReadonlySet<Entry>): void {
    for (const entry of taken) this.#discount(entry);
    const end = this.#head + window.length;
    this.#writeBack(
      window.filter((entry) => !taken.has(entry)),
      end,
    );
    this.#forgetTaken();
  }

  /** Puts entries, in their order, right before `end`, and makes them the front. */
  #writeBack(entries: readonly Entry[], end: number): void {
    this.#head = end - entries.length;
    entries.forEach((entry, index) => {
      this.#entries[this.#head + index] = entry;
    });
  }

  #forgetTaken(): void {
    if (this.#head < this.#entries.length && this.#head < MAX_TAKEN) return;
    this.#entries.splice(0, this.#head);
    this.#head = 0;
  }
}

/** The oldest entry with those nearest to its length, as many as stay within the budget. */
function fill(oldest: Entry, window: readonly Entry[], budgetTokens: number): Entry[] {
  const distance = (entry: Entry): number => Math.abs(entry.estimatedTokens - oldest.estimatedTokens);
  const batch: Entry[] = [];
  let tokens = 0;
  // Sorting is stable: entries of one length stay in the order they came.
  const nearest = window.filter(({ failures }) => failures === 0).sort((a, b) => distance(a) - distance(b));
  for (const entry of nearest) {
    if (batch.length > 0 && tokens + entry.estimatedTokens > budgetTokens) break;
    batch.push(entry);
    tokens += entry.estimatedTokens;
  }
  return batch;
}
