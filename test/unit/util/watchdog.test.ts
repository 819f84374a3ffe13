import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Watchdog } from '../../../src/util/watchdog.js';

const onExpired = vi.fn<() => void>();
let watchdog: Watchdog;

beforeEach(() => {
  vi.useFakeTimers();
  onExpired.mockReset();
  watchdog = new Watchdog(onExpired);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Watchdog', () => {
  test('does nothing before it is started', () => {
    expect(vi.getTimerCount()).toBe(0);
  });

  test('calls back once when the time is over, not before', () => {
    watchdog.start(1000);
    vi.advanceTimersByTime(999);
    expect(onExpired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onExpired).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(onExpired).toHaveBeenCalledOnce();
  });

  test.each([
    ['a longer', 1000, 5000],
    ['a shorter', 5000, 1000],
  ])('counts from zero when it is started again with %s time', (_what, first, second) => {
    watchdog.start(first);
    vi.advanceTimersByTime(900);
    watchdog.start(second);
    vi.advanceTimersByTime(second - 1);
    expect(onExpired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onExpired).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('can be started again after it has called back', () => {
    watchdog.start(1000);
    vi.advanceTimersByTime(1000);
    watchdog.start(1000);
    vi.advanceTimersByTime(1000);
    expect(onExpired).toHaveBeenCalledTimes(2);
  });

  test('never calls back once it is stopped, and leaves no timer', () => {
    watchdog.start(1000);
    watchdog.stop();
    expect(vi.getTimerCount()).toBe(0);
    watchdog.start(1000);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(onExpired).not.toHaveBeenCalled();
  });

  test('may be stopped twice, and before it is started', () => {
    watchdog.stop();
    watchdog.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  /** Lets the clock go on without a timer, as while a device sleeps, and then the next timer come. */
  function sleep(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersToNextTimer();
  }

  describe('after the device has slept', () => {
    beforeEach(() => {
      vi.spyOn(performance, 'now').mockImplementation(() => Date.now());
    });

    afterEach(() => {
      vi.restoreAllMocks();
    });

    test.each([0, 100, 999])('grants a whole period, whatever had passed before: %i ms of 1,000', (passedMs) => {
      watchdog.start(1000);
      vi.advanceTimersByTime(passedMs);
      sleep(3_600_000);
      vi.advanceTimersByTime(999);
      expect(onExpired).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(onExpired).toHaveBeenCalledOnce();
    });

    test('counts one step for each further sleep, so that it ends', () => {
      watchdog.start(1000);
      for (let slept = 0; slept < 4; slept++) sleep(60_000);
      expect(onExpired).not.toHaveBeenCalled();
      sleep(60_000);
      expect(onExpired).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    });

    test('grants a whole period again once it was started again', () => {
      watchdog.start(1000);
      sleep(60_000);
      watchdog.start(1000);
      sleep(60_000);
      vi.advanceTimersByTime(999);
      expect(onExpired).not.toHaveBeenCalled();
    });

    test('takes timers that come two seconds late for those of a busy or hidden page', () => {
      watchdog.start(1000);
      for (let late = 0; late < 4; late++) sleep(2000);
      expect(onExpired).toHaveBeenCalledOnce();
    });
  });
});
