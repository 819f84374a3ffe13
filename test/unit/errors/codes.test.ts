import { describe, expect, test } from 'vitest';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/errors/codes.js';

const CODES = Object.keys(ERROR_TRAITS) as ErrorCode[];

describe('ERROR_TRAITS', () => {
  const invalid = CODES.filter((code) => ERROR_TRAITS[code].type === 'invalid_request_error');

  test.each(invalid)('says of %s, an invalid request, that time does not cure it', (code) => {
    expect(ERROR_TRAITS[code].retryable).toBe(false);
  });

  test('says of what one provider or the app refuses, and of no other invalid request, that another target may cure it', () => {
    expect(invalid.filter((code) => ERROR_TRAITS[code].canFallBack)).toEqual([
      'egress_denied',
      'authentication_failed',
      'permission_denied',
      'not_found',
      'insufficient_credits',
    ]);
  });

  test.each<[code: ErrorCode, retryable: boolean, canFallBack: boolean]>([
    ['queue_full', true, false],
    ['worker_hung', false, true],
    ['timeout', true, true],
    ['device_lost', true, true],
    ['engine_script_failed', true, true],
    ['worker_died', true, true],
    // Neither the device nor the weights will be others the next time, but WASM may do.
    ['device_unsupported', false, true],
    ['device_disproved', false, true],
    ['kernel_unsupported', false, true],
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
