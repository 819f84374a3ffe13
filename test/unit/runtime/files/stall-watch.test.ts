import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StallWatch } from '../../../../src/runtime/files/stall-watch.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now());
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('StallWatch gives a download that was slept through its whole time again', () => {
  const watch = new StallWatch({ stallTimeoutMs: 1000, minBytes: 10 });
  vi.advanceTimersByTime(500);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(999);
  expect(watch.stalled).toBeUndefined();
  vi.advanceTimersByTime(1000);
  expect(watch.stalled).toBe('no byte came for 1000 ms');
  expect(watch.signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
