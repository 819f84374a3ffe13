import { describe, expect, test } from 'vitest';
import {
  countLoadRetries,
  countRetries,
  giveUp,
  hasStopped,
  isGivenUp,
  toLoadFailure,
} from '../../../../../src/targets/local/queue/retries.js';
import type { Entry } from '../../../../../src/targets/local/queue/embed-call.js';
import { EmbeddingError, WorkerDiedError } from '../../../../../src/errors/errors.js';
import { makeCall } from '../support.js';

const died = new WorkerDiedError('worker_died', 'It died.');
const hung = new WorkerDiedError('worker_hung', 'It hung.');
const invalid = new EmbeddingError('invalid_vector', 'It gave NaN.');

describe('tries again', () => {
  test.each([
    ['one that died as often as the app allows', died, 5, 5],
    ['one that hung once', hung, 5, 1],
    ['one that hung never where the app allows no retry', hung, 0, 0],
  ])('%s', (_what, error, maxRetries, expected) => {
    expect(countRetries(error, maxRetries)).toBe(expected);
    expect(countLoadRetries(error, { maxRetries, hasTwin: false })).toBe(expected);
  });

  test('a worker that hung while it loaded never where another runtime is left, one that died as ever', () => {
    expect(countLoadRetries(hung, { maxRetries: 5, hasTwin: true })).toBe(0);
    expect(countLoadRetries(died, { maxRetries: 5, hasTwin: true })).toBe(5);
  });
});

test.each([
  [false, 2, 0, 2],
  [true, 3, 0, 2],
  [false, 1, 1, 2],
  [true, 2, 2, 9],
  [true, 1, 1, 0],
])('isGivenUp() is %j after %i failures of which %i were hangs, with %i retries', (expected, failures, hangs, most) => {
  expect(isGivenUp({ failures, hangs }, most)).toBe(expected);
});

test.each([
  [true, died],
  [true, hung],
  [true, new WorkerDiedError('device_lost', 'Gone.')],
  [false, invalid],
  [false, new Error('worker_died')],
])('hasStopped() is %j of %s', (expected, error) => {
  expect(hasStopped(error)).toBe(expected);
});

test('a hang while loading counts as the death of a worker, which no input is to blame for', () => {
  expect(toLoadFailure(hung)).toMatchObject({ code: 'worker_died', message: 'It hung.', canFallBack: true });
  expect(toLoadFailure(invalid)).toBe(invalid);
});

describe('giveUp()', () => {
  /** The second of three inputs, after so many failures. */
  function makeEntry(failures: number, hangs: number): Entry {
    const entry = makeCall([1, 1, 1]).entries[1];
    if (!entry) throw new Error('Expected three entries.');
    return Object.assign(entry, { failures, hangs });
  }

  test('names the input over which workers hung, and what to do', () => {
    const error = giveUp(hung, makeEntry(2, 2), true);
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error).toMatchObject({ code: 'worker_hung', param: 'input', index: 1, retryable: false });
    expect(error.message).toBe(
      "Gave up on 'input[1]' after 2 workers hung over it. Shorten it or leave it out. It hung.",
    );
  });

  test('names the input over which workers died', () => {
    const error = giveUp(died, makeEntry(3, 1), true);
    expect(error).toMatchObject({ code: 'worker_died', param: 'input', index: 1, retryable: true });
    expect(error.message).toContain("Gave up on 'input[1]' after 3 workers stopped over it.");
  });

  test('blames no input that was not alone, and leaves other errors as they are', () => {
    const error = giveUp(died, makeEntry(1, 0), false);
    expect(error).toMatchObject({ message: 'Gave up after 1 workers stopped. It died.', param: undefined });
    expect(error.index).toBeUndefined();
    expect(giveUp(invalid, makeEntry(3, 0), true)).toBe(invalid);
  });
});
