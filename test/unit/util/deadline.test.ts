import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { APIConnectionTimeoutError } from '../../../src/errors/errors.js';
import { startDeadline, waitUnder } from '../../../src/util/deadline.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../../support/catch-error.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('startDeadline', () => {
  test('never aborts without a signal and a time limit', () => {
    const { signal } = startDeadline(undefined, undefined);
    expect(vi.getTimerCount()).toBe(0);
    expect(signal.aborted).toBe(false);
  });

  test.each<[what: string, reason: unknown]>([
    ['an Error', new Error('stopped')],
    ['a text', 'stopped'],
    ['null', null],
  ])("follows the caller's signal and keeps %s as its reason", (_what, reason) => {
    const controller = new AbortController();
    const { signal } = startDeadline(controller.signal, undefined);
    expect(signal.aborted).toBe(false);
    controller.abort(reason);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe(reason);
  });

  test("keeps the platform's reason when the caller gave none", () => {
    const controller = new AbortController();
    const { signal } = startDeadline(controller.signal, undefined);
    controller.abort();
    expect(signal.reason).toBe(controller.signal.reason);
    expect(signal.reason).toMatchObject({ name: 'AbortError' });
  });

  test('is aborted at once when the caller already was', () => {
    const { signal } = startDeadline(AbortSignal.abort('early'), 1000);
    expect(signal.reason).toBe('early');
  });

  test('aborts when the time is over, not before', () => {
    const { signal } = startDeadline(new AbortController().signal, 1000);
    vi.advanceTimersByTime(999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toBeInstanceOf(APIConnectionTimeoutError);
    expect(signal.reason).toMatchObject({ code: 'timeout', status: 408, retryable: true });
    expect(String(signal.reason)).toContain('within 1000 ms');
  });

  test('aborts in the next turn when the time limit is 0', () => {
    const { signal } = startDeadline(undefined, 0);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(0);
    expect(signal.reason).toMatchObject({ code: 'timeout' });
  });

  test('keeps the reason that came first', () => {
    const controller = new AbortController();
    const late = startDeadline(controller.signal, 1000);
    controller.abort('stopped');
    vi.advanceTimersByTime(1000);
    expect(late.signal.reason).toBe('stopped');

    const other = new AbortController();
    const early = startDeadline(other.signal, 1000);
    vi.advanceTimersByTime(1000);
    other.abort('stopped');
    expect(early.signal.reason).toMatchObject({ code: 'timeout' });
  });

  test('leaves no timer and no listener once cleared', () => {
    const controller = new AbortController();
    const { signal, clear } = startDeadline(controller.signal, 1000);
    expect([vi.getTimerCount(), getEventListeners(controller.signal, 'abort').length]).toEqual([1, 1]);
    clear();
    expect([vi.getTimerCount(), getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0]);
    controller.abort('late');
    vi.advanceTimersByTime(1000);
    expect(signal.aborted).toBe(false);
  });

  test('is cancelled for a reason of its own, and leaves no timer and no listener', () => {
    const controller = new AbortController();
    const { signal, cancel } = startDeadline(controller.signal, 1000);
    cancel('enough');
    expect([vi.getTimerCount(), getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0]);
    controller.abort('late');
    expect(signal.reason).toBe('enough');
  });

  test('keeps the reason that came before it was cancelled', () => {
    const { signal, cancel } = startDeadline(AbortSignal.abort('early'), undefined);
    cancel('enough');
    expect(signal.reason).toBe('early');
  });

  test('may be cleared twice, and after the time was over', () => {
    const { signal, clear } = startDeadline(undefined, 1000);
    vi.advanceTimersByTime(1000);
    clear();
    clear();
    expect(signal.aborted).toBe(true);
  });

  // setTimeout takes at most 2^31 - 1 ms and turns more into 1 ms.
  test('waits as long as it was asked to, beyond 24 days too', () => {
    const { signal } = startDeadline(undefined, 2 ** 31);
    vi.advanceTimersByTime(1000);
    expect(signal.aborted).toBe(false);
  });
});

describe('waitUnder', () => {
  test("gives the promise's value, and leaves no listener", async () => {
    const { signal } = new AbortController();
    const promise = createDeferred<string>();
    const answer = waitUnder(signal, promise.promise);
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    promise.resolve('value');
    expect(await answer).toBe('value');
    expect(getEventListeners(signal, 'abort').length).toBe(0);
  });

  test("rejects with the promise's reason, untouched, and leaves no listener", async () => {
    const { signal } = new AbortController();
    const reason = new Error('broken');
    expect(await catchRejection(waitUnder(signal, Promise.reject(reason)))).toBe(reason);
    expect(getEventListeners(signal, 'abort').length).toBe(0);
  });

  test.each<[what: string, reason: unknown]>([
    ['an Error', new Error('stopped')],
    ['a text', 'stopped'],
    ['null', null],
  ])('rejects as soon as the signal aborts, with %s as its reason, and leaves no listener', async (_what, reason) => {
    const controller = new AbortController();
    const answer = catchRejection(waitUnder(controller.signal, new Promise(() => undefined)));
    controller.abort(reason);
    expect(await answer).toBe(reason);
    expect(getEventListeners(controller.signal, 'abort').length).toBe(0);
  });

  test('rejects at once when the signal has aborted already', async () => {
    const answer = waitUnder(AbortSignal.abort('early'), new Promise(() => undefined));
    expect(await catchRejection(answer)).toBe('early');
  });

  test.each<[what: string, settle: 'resolve' | 'reject']>([
    ['is fulfilled', 'resolve'],
    ['is rejected', 'reject'],
  ])("doesn't mind when the promise %s after the abort", async (_what, settle) => {
    const controller = new AbortController();
    const promise = createDeferred<string>();
    const answer = catchRejection(waitUnder(controller.signal, promise.promise));
    controller.abort('stopped');
    // A rejection that nobody handles would fail this test.
    promise[settle]('late');
    expect(await answer).toBe('stopped');
  });

  test('stays answered when the signal aborts later', async () => {
    const controller = new AbortController();
    const answer = waitUnder(controller.signal, Promise.resolve('value'));
    await answer;
    controller.abort('late');
    expect(await answer).toBe('value');
  });
});
