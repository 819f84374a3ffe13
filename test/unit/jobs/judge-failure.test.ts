import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { AllTargetsFailedError, EmbeddingError } from '../../../src/errors/errors.js';
import { describeFailure, judgeFailure, type Verdict } from '../../../src/jobs/judge-failure.js';

describe('judgeFailure()', () => {
  test.each<[ErrorCode, Verdict]>([
    ['model_file_unreachable', 'passing'],
    ['connection_failed', 'unclear'],
    ['server_error', 'unclear'],
    ['timeout', 'unclear'],
    ['rate_limited', 'passing'],
    ['provider_resting', 'passing'],
    ['engine_script_failed', 'passing'],
    ['storage_unavailable', 'passing'],
    ['insufficient_storage', 'passing'],
    ['model_file_missing', 'doubtful'],
    ['worker_died', 'suspect'],
    ['worker_hung', 'suspect'],
    ['context_length_exceeded', 'input'],
    ['integer_above_max_value', 'input'],
    ['authentication_failed', 'final'],
    ['egress_denied', 'final'],
    ['space_mismatch', 'final'],
    ['model_unsupported', 'final'],
  ])('takes %s for %s', (code, verdict) => {
    expect(judgeFailure(new EmbeddingError(code, 'It failed.'))).toBe(verdict);
  });

  test.each<[codes: readonly ErrorCode[], Verdict]>([
    [['model_unsupported', 'connection_failed'], 'unclear'],
    [['server_error', 'rate_limited'], 'passing'],
    [['worker_died', 'server_error'], 'unclear'],
    [['worker_died', 'authentication_failed'], 'suspect'],
    [['device_unsupported', 'egress_denied'], 'final'],
  ])('of targets that failed by %j takes what may pass first', (codes, verdict) => {
    const attempts = codes.map((code) => ({ target: code, error: new EmbeddingError(code, 'It failed.') }));
    expect(judgeFailure(new AllTargetsFailedError(attempts))).toBe(verdict);
  });

  test('takes an unexpected error for final, and tells none of its words', () => {
    const error = new TypeError('my secret');
    expect(judgeFailure(error)).toBe('final');
    expect(describeFailure(error)).toBe('An unexpected error: TypeError.');
  });
});
