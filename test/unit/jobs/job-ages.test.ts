import { describe, expect, test } from 'vitest';
import { JobAges } from '../../../src/jobs/job-ages.js';
import { leftMs, type JobRecord } from '../../../src/jobs/job-record.js';
import { makeRecord } from './support.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A page: its own clock, and the one that can be set, which a page shares with the next. */
class Page {
  steadyMs = 0;
  readonly wall: { ms: number };
  readonly #ages: JobAges;

  constructor(wall: { ms: number }) {
    this.wall = wall;
    this.#ages = new JobAges({ now: () => wall.ms, steadyNow: () => this.steadyMs });
  }

  pass(ms: number): void {
    this.steadyMs += ms;
    this.wall.ms += ms;
  }

  /** The record as it is stored after the page has looked at it. */
  look(record: JobRecord): JobRecord {
    const aged = this.#ages.observe(record);
    return this.#ages.isToBeStored(aged) ? this.#ages.stamp(aged) : record;
  }

  /** How old it is for the page now. */
  ageMs(record: JobRecord): number | undefined {
    return this.#ages.observe(record).ageMs;
  }
}

const ENDED = makeRecord({ status: 'COMPLETED', changedAt: 0, endedAt: 0 });

describe('JobAges', () => {
  test('counts the time that passes before its eyes', () => {
    const page = new Page({ ms: 0 });
    let record = page.look(ENDED);
    for (let minutes = 0; minutes < 59; minutes++) {
      page.pass(MINUTE_MS);
      record = page.look(record);
    }
    expect(leftMs(record)).toBe(MINUTE_MS);
    page.pass(MINUTE_MS);
    expect(page.ageMs(record)).toBe(HOUR_MS);
  });

  test.each([
    ['two hours forward', 2 * HOUR_MS],
    ['eight days forward', 8 * DAY_MS],
    ['a day back', -DAY_MS],
  ])('takes no notice of a clock that jumps %s', (_how, jumpMs) => {
    const page = new Page({ ms: 0 });
    let record = page.look(ENDED);
    page.pass(MINUTE_MS);
    page.wall.ms += jumpMs;
    record = page.look(record);
    page.pass(MINUTE_MS);
    record = page.look(record);
    expect(record.ageMs).toBeLessThanOrEqual(2 * MINUTE_MS);
    page.wall.ms -= jumpMs;
    record = page.look(record);
    expect(record.ageMs).toBeLessThanOrEqual(2 * MINUTE_MS);
  });

  test('counts little of what may have gone by while no page was open', () => {
    const wall = { ms: 0 };
    let record = new Page(wall).look(ENDED);
    for (let visit = 1; visit <= 7; visit++) {
      expect(leftMs(record)).toBeGreaterThan(0);
      wall.ms += DAY_MS;
      record = new Page(wall).look(record);
    }
    expect(leftMs(record)).toBeLessThan(1);
  });

  test('counts time once that several tabs see', () => {
    const wall = { ms: 0 };
    const tabs = [new Page(wall), new Page(wall), new Page(wall)];
    let record = ENDED;
    for (const tab of tabs) record = tab.look(record);
    for (let minute = 0; minute < 30; minute++) {
      wall.ms += MINUTE_MS;
      for (const tab of tabs) {
        tab.steadyMs += MINUTE_MS;
        record = tab.look(record);
      }
    }
    expect(record.ageMs).toBe(30 * MINUTE_MS);
  });
});
