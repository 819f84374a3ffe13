import { expect, test } from 'vitest';
import { IDLE, sumStats } from '../../../src/models/stats.js';

test('sumStats adds up what waits, and tells of the fullest queue and the largest batch', () => {
  const one = { queue_fraction: 0.25, queue_absolute: 10, results_pending: 12, batch_size: 2 };
  const other = { queue_fraction: 0.5, queue_absolute: 20, results_pending: 20, batch_size: 1 };
  expect(sumStats([one, other])).toEqual({
    queue_fraction: 0.5,
    queue_absolute: 30,
    results_pending: 32,
    batch_size: 2,
  });
});

test('sumStats tells of nobody at work where there is no target', () => {
  expect(sumStats([])).toEqual(IDLE);
});
