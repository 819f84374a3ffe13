/** How long jobs have been as they are, by what this page has seen of them and not by what the clock says. */
import { keptMs, type JobRecord } from './job-record.js';

/** An age is stored no more often. */
const STORE_MS = 60_000;
/** What may have gone by while nobody looked counts for this part of the time a job is kept, however much it is. */
const UNSEEN_PART = 1 / 7;

/** The two clocks, in milliseconds. */
export interface Clocks {
  /** Since 1970. It can be set, and jumps. */
  now(): number;
  /** Since some moment. It can't be set. */
  steadyNow(): number;
}

const CLOCKS: Clocks = { now: () => Date.now(), steadyNow: () => performance.now() };

/**
 * A clock can be set, and jumps. So a job grows no older than by what has gone by on this page's own clock since the page saw
 * it last, which can't be set; nor by more than on the other clock, since another tab may have seen it meanwhile. Of the time
 * before the page only the clock that can be set tells: little of it counts, and no single jump deletes anything. What is left
 * is kept too long rather than too short.
 */
export class JobAges {
  readonly #clocks: Clocks;
  /** By job, this page's own time when the stored age was right. */
  readonly #seen = new Map<string, number>();

  constructor(clocks: Clocks = CLOCKS) {
    this.#clocks = clocks;
  }

  /** A stored job as old as it is now. */
  observe(record: JobRecord): JobRecord {
    const { id, ageMs = 0, seenAt = record.endedAt ?? record.changedAt } = record;
    const before = this.#seen.get(id);
    const maxMs = before === undefined ? keptMs(record) * UNSEEN_PART : this.#clocks.steadyNow() - before;
    return { ...record, ageMs: ageMs + Math.min(Math.max(0, this.#clocks.now() - seenAt), maxMs) };
  }

  /** Whether a job's age should be stored: it counts from there. */
  isToBeStored({ id, seenAt }: JobRecord): boolean {
    const before = this.#seen.get(id);
    if (before === undefined || seenAt === undefined || this.#clocks.now() < seenAt) return true;
    return this.#clocks.steadyNow() - before >= STORE_MS;
  }

  /** A job with its age, to be stored. */
  stamp(record: JobRecord): JobRecord {
    this.reset(record.id);
    return { ...record, seenAt: this.#clocks.now() };
  }

  /** A job's stored age is right now. */
  reset(id: string): void {
    this.#seen.set(id, this.#clocks.steadyNow());
  }

  /** A job is no more. */
  forget(id: string): void {
    this.#seen.delete(id);
  }
}
