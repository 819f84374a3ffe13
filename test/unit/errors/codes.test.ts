import { describe, expect, test } from 'vitest';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/errors/codes.js';

const CODES = Object.keys(ERROR_TRAITS) as ErrorCode[];

describe('ERROR_TRAITS', () => {
  test.each(CODES.filter((code) => ERROR_TRAITS[code].type === 'invalid_request_error'))(
    'says of %s, an invalid request, that neither time nor another target cures it',
    (code) => {
      expect(ERROR_TRAITS[code]).toMatchObject({ retryable: false, canFallBack: false });
    },
  );

  test.each<[code: ErrorCode, retryable: boolean, canFallBack: boolean]>([
    ['queue_full', true, true],
    ['timeout', true, true],
    ['device_lost', true, true],
    ['engine_script_failed', true, true],
    ['worker_died', true, true],
    // Neither the device nor the weights will be others the next time, but WASM may do.
    ['device_unsupported', false, true],
    ['device_disproved', false, true],
    ['model_unsupported', false, true],
    ['invalid_vector', false, true],
    ['internal', false, true],
    // Every target has been asked already.
    ['all_targets_failed', true, false],
  ])('says of %s: retryable %j, can fall back %j', (code, retryable, canFallBack) => {
    expect(ERROR_TRAITS[code]).toMatchObject({ retryable, canFallBack });
  });

  test.each<[code: ErrorCode, status: number | undefined]>([
    ['invalid_value', 400],
    ['model_not_found', 404],
    ['timeout', 408],
    ['queue_full', 429],
    ['internal', 500],
    ['worker_died', undefined],
    ['device_lost', undefined],
    ['all_targets_failed', undefined],
  ])('gives %s the status %j', (code, status) => {
    expect(ERROR_TRAITS[code].status).toBe(status);
  });
});
