import { describe, expect, test } from 'vitest';
import { findDetail } from '../../../../../src/targets/remote/http/server-detail.js';
import { createStatusError } from '../../../../../src/targets/remote/http/status-error.js';

describe('findDetail', () => {
  test.each<[what: string, body: string, detail: string | undefined]>([
    ['OpenAI', '{"error": {"message": "no such model", "type": "x", "code": null}}', 'no such model'],
    ['Text Embeddings Inference', '{"error": "too large", "error_type": "Validation"}', 'too large'],
    ['FastAPI', '{"detail": "nope"}', 'nope'],
    ['FastAPI, a list', '{"detail": [{"loc": ["body"], "msg": "one", "input": "text"}, {"msg": "two"}]}', 'one; two'],
    ['Segmind', '{"message": "no credit"}', 'no credit'],
    ['a JSON text', '"plain"', 'plain'],
    ['plain text', 'Service unavailable\n', 'Service unavailable'],
    ['a page of HTML', '<!doctype html><h1>502</h1>', undefined],
    ['an empty body', '', undefined],
    ['JSON without words', '{"status": 500}', undefined],
  ])('finds the explanation of %s', (_what, body, detail) => {
    expect(findDetail(body, new Headers()).detail).toBe(detail);
  });

  test.each<[headers: Record<string, string>, body: string, requestId: string | undefined]>([
    [{ 'x-request-id': 'req_1' }, '{"request_id": "b"}', 'req_1'],
    [{ 'request-id': 'req-2' }, '', 'req-2'],
    [{}, '{"request_id": "b"}', 'b'],
    [{}, '{"request_id": 7}', undefined],
    [{ 'x-request-id': 'a text with spaces' }, '', undefined],
  ])('finds the id in %j and %s', (headers, body, requestId) => {
    expect(findDetail(body, new Headers(headers)).requestId).toBe(requestId);
  });
});

describe('createStatusError', () => {
  test.each<[status: number, name: string, code: string]>([
    [400, 'BadRequestError', 'bad_request'],
    [401, 'AuthenticationError', 'authentication_failed'],
    [403, 'PermissionDeniedError', 'permission_denied'],
    [404, 'NotFoundError', 'not_found'],
    [406, 'InsufficientCreditsError', 'insufficient_credits'],
    [408, 'APIConnectionTimeoutError', 'timeout'],
    [409, 'ConflictError', 'conflict'],
    [413, 'EmbeddingError', 'bad_request'],
    [418, 'EmbeddingError', 'bad_request'],
    [422, 'UnprocessableEntityError', 'unprocessable'],
    [429, 'RateLimitError', 'rate_limited'],
    [500, 'InternalServerError', 'server_error'],
    [504, 'InternalServerError', 'server_error'],
  ])('makes of %d a %s', (status, name, code) => {
    const error = createStatusError('h', status, { detail: 'why', requestId: 'r' });
    expect(error).toMatchObject({ name, code, status, detail: 'why', requestId: 'r' });
    expect(error.message).toContain(`Expected embeddings from h, but it answered ${String(status)}: why. `);
  });
});
