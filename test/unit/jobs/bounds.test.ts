import { expect, test } from 'vitest';
import { delayMs } from '../../../src/jobs/backoff.js';
import { listSurplus } from '../../../src/jobs/list-surplus.js';
import { makeRecord } from './support.js';

test('delayMs() doubles up to a minute, and spreads by half', () => {
  expect([1, 2, 3, 7, 50].map((failures) => delayMs(failures, 1))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect(delayMs(3, 0)).toBe(2_000);
});

test('listSurplus() names the oldest of many jobs that have ended, and none that has not', () => {
  const ended = Array.from({ length: 203 }, (_, index) =>
    makeRecord({ id: String(index), status: 'COMPLETED', ageMs: index }),
  );
  const waiting = makeRecord({ id: 'waiting', ageMs: 1e9 });
  expect(listSurplus([waiting, ...ended.toReversed()]).map(({ id }) => id)).toEqual(['200', '201', '202']);
});

test('listSurplus() bounds the inputs too, and leaves the latest job however large it is', () => {
  const large = (id: string, ageMs: number) => makeRecord({ id, status: 'FAILED', total: 200_000, ageMs });
  expect(listSurplus([large('old', 5), large('older', 9)]).map(({ id }) => id)).toEqual(['older']);
  expect(listSurplus([makeRecord({ status: 'COMPLETED', total: 1e9 })])).toEqual([]);
});
