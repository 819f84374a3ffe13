import { describe, expect, test } from 'vitest';
import type { RequestOptions } from '../../../src/api/embeddings.js';
import { checkRequestOptions } from '../../../src/client/calls/check-input.js';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { BadRequestError } from '../../../src/errors/errors.js';
import { catchError } from '../../support/catch-error.js';

/** Checks what a caller without types may send. */
function check(options: unknown): void {
  checkRequestOptions(options as RequestOptions);
}

describe('checkRequestOptions', () => {
  test.each<[what: string, options: unknown]>([
    ['nothing', {}],
    ['an interactive priority', { priority: 'interactive' }],
    ['a bulk priority', { priority: 'bulk' }],
    ['a time limit', { timeoutMs: 1000 }],
    ['a time limit of 0', { timeoutMs: 0 }],
    ['a signal', { signal: new AbortController().signal }],
    ['a signal that is already aborted', { signal: AbortSignal.abort() }],
    ['a progress callback', { onProgress: () => undefined }],
    ['options that are undefined', { priority: undefined, timeoutMs: undefined, signal: undefined, colour: undefined }],
  ])('accepts %s', (_what, options) => {
    expect(() => {
      check(options);
    }).not.toThrow();
  });

  test.each<[param: string, value: unknown, code: ErrorCode]>([
    ['priority', 'urgent', 'invalid_value'],
    ['priority', 1, 'invalid_type'],
    ['priority', null, 'invalid_type'],
    ['timeoutMs', -1, 'integer_below_min_value'],
    ['timeoutMs', 1.5, 'invalid_type'],
    ['timeoutMs', Infinity, 'invalid_type'],
    ['timeoutMs', Number.NaN, 'invalid_type'],
    ['timeoutMs', '1000', 'invalid_type'],
    ['timeoutMs', null, 'invalid_type'],
    ['signal', {}, 'invalid_type'],
    ['signal', new AbortController(), 'invalid_type'],
    ['signal', null, 'invalid_type'],
    ['onProgress', 'log', 'invalid_type'],
    ['onProgress', null, 'invalid_type'],
    ['timeout', 1000, 'unknown_parameter'],
    ['colour', null, 'unknown_parameter'],
  ])('refuses %s: %j', (param, value, code) => {
    const error = catchError(() => {
      check({ [param]: value });
    });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ name: 'BadRequestError', code, param, status: 400 });
  });

  test.each([[null], ['soon'], [[]], [5]])('refuses %j in place of the options', (options) => {
    const error = catchError(() => {
      check(options);
    });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_type', param: undefined, status: 400 });
  });

  test('names the known options when one is unknown', () => {
    expect(() => {
      check({ timeout: 1000 });
    }).toThrow("Unknown option: 'timeout'. Known are signal, timeoutMs, priority, onProgress.");
  });
});
