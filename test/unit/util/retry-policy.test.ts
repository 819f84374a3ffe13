import { describe, expect, test } from 'vitest';
import { planRetry, type FailedTry, type RetryTerms } from '../../../src/util/retry-policy.js';

const NOW = Date.UTC(2026, 0, 1);

function plan(failure: FailedTry, terms: Partial<RetryTerms> = {}): number | undefined {
  return planRetry(failure, { tries: 0, maxRetries: 9, when: 'always', now: NOW, random: 0, ...terms });
}

function status(code: number, headers: Record<string, string> = {}): FailedTry {
  return { kind: 'status', status: code, headers: new Headers(headers) };
}

describe('planRetry', () => {
  test.each([408, 409, 429, 500, 502, 503, 504, 529])('tries again after %d', (code) => {
    expect(plan(status(code))).toBe(500);
  });

  test.each([400, 401, 403, 404, 406, 413, 418, 422, 501])('gives up after %d', (code) => {
    expect(plan(status(code))).toBeUndefined();
  });

  test.each<FailedTry['kind']>(['connection', 'cut', 'timeout'])('tries again after %s', (kind) => {
    expect(plan({ kind })).toBe(500);
  });

  test('waits twice as long each time, up to 8 s, and up to a quarter less by chance', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((tries) => plan({ kind: 'connection' }, { tries }));
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
    expect(plan({ kind: 'connection' }, { random: 1 })).toBe(375);
  });

  test('gives up after the last retry', () => {
    expect(plan(status(500), { tries: 2, maxRetries: 2 })).toBeUndefined();
    expect(plan(status(500), { maxRetries: 0 })).toBeUndefined();
  });

  test.each<[headers: Record<string, string>, waitMs: number | undefined]>([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after': '60' }, 60_000],
    [{ 'retry-after': '61' }, undefined],
    [{ 'retry-after': new Date(NOW + 5000).toUTCString() }, 5000],
    [{ 'retry-after': new Date(NOW - 5000).toUTCString() }, 0],
    [{ 'retry-after': new Date(NOW + 90_000).toUTCString() }, undefined],
    [{ 'retry-after': 'soon' }, 500],
    [{ 'retry-after': '-4' }, 500],
    [{ 'retry-after-ms': '20', 'retry-after': '3' }, 20],
    [{ 'retry-after-ms': '70000' }, undefined],
    [{ 'x-should-retry': 'false' }, undefined],
  ])('follows %j', (headers, waitMs) => {
    expect(plan(status(429, headers))).toBe(waitMs);
  });

  test('lets the server ask for another try, but not where it is of no use', () => {
    expect(plan(status(418, { 'x-should-retry': 'true' }))).toBe(500);
    expect(plan(status(401, { 'x-should-retry': 'true' }))).toBeUndefined();
  });

  test('asks twice for what may have been accepted only after 429 and 503', () => {
    const failures = [status(429), status(503), status(500), status(504), { kind: 'timeout' as const }];
    expect(failures.map((failure) => plan(failure, { when: 'unaccepted' }))).toEqual([
      500,
      500,
      undefined,
      undefined,
      undefined,
    ]);
    expect(plan({ kind: 'connection' }, { when: 'unaccepted' })).toBeUndefined();
  });
});
