/** Which errors a framework that tries again by itself is told to try again. */
import { expect, test } from 'vitest';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/errors/codes.js';
import { EmbeddingError } from '../../../src/errors/errors.js';
import { isWorthAnotherTry } from '../../../src/errors/is-worth-another-try.js';

const CODES = Object.keys(ERROR_TRAITS) as ErrorCode[];

test('nothing is worth another try that is not retryable', () => {
  const passing = CODES.filter((code) => isWorthAnotherTry(new EmbeddingError(code, 'it failed')));
  expect(passing).toContain('queue_full');
  expect(passing.filter((code) => !ERROR_TRAITS[code].retryable)).toEqual([]);
});

test.each(['worker_died', 'server_error', 'rate_limited', 'connection_failed', 'timeout'] as const)(
  '%s was tried again already, or its time is up',
  (code) => {
    expect(isWorthAnotherTry(new EmbeddingError(code, 'it failed'))).toBe(false);
  },
);

test('what comes from elsewhere is not worth another try', () => {
  expect(isWorthAnotherTry(new DOMException('stop', 'AbortError'))).toBe(false);
  expect(isWorthAnotherTry(undefined)).toBe(false);
});
