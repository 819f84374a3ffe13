/** What every provider makes of answers that say no, break off, or hold something else than vectors. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ERROR_TRAITS, type ErrorCode } from '../../../../src/errors/codes.js';
import { PLATFORM } from '../../../../src/targets/remote/http/platform.js';
import type { Fault, RowChange } from '../../../support/provider-server/wire.js';
import { catchRejection } from '../../../support/catch-error.js';
import { connect, embed, expectRows, OPENAI, useLanes, VENDORS } from './vendors.js';

const openLane = useLanes();

/** The wait a server asks for, so that tests needn't wait longer. */
const SOON = { 'retry-after-ms': '1' };

/** How long the waits before other tries are is tested beside the client of HTTP; here they end at once. */
beforeAll(() => {
  const { sleep } = PLATFORM;
  vi.spyOn(PLATFORM, 'sleep').mockImplementation((_durationMs, signal) => sleep(1, signal));
});

afterAll(() => {
  vi.restoreAllMocks();
});

/** Status, class, code, and whether it is worth another try. */
const STATUSES: readonly (readonly [number, string, ErrorCode, boolean])[] = [
  [400, 'BadRequestError', 'bad_request', false],
  [401, 'AuthenticationError', 'authentication_failed', false],
  [403, 'PermissionDeniedError', 'permission_denied', false],
  [404, 'NotFoundError', 'not_found', false],
  [406, 'InsufficientCreditsError', 'insufficient_credits', false],
  [408, 'APIConnectionTimeoutError', 'timeout', true],
  [409, 'ConflictError', 'conflict', true],
  [422, 'UnprocessableEntityError', 'unprocessable', false],
  [429, 'RateLimitError', 'rate_limited', true],
  [500, 'InternalServerError', 'server_error', true],
  [502, 'InternalServerError', 'server_error', true],
  [504, 'InternalServerError', 'server_error', true],
];

/** Bodies with status 200 that are no answer. */
const NO_ANSWERS: readonly (readonly [string, Fault])[] = [
  ['a page', { kind: 'html' }],
  ['nothing', { kind: 'body', body: '' }],
  ['half of JSON', { kind: 'body', body: '{"data":[{"embedding":[0.1,' }],
  ['null', { kind: 'body', body: 'null' }],
  ['an empty object', { kind: 'body', body: '{}' }],
  ['an empty array', { kind: 'body', body: '[]' }],
  ['no data', { kind: 'body', body: '{"object":"list","data":null}' }],
  ['data of nulls', { kind: 'body', body: '{"object":"list","data":[null]}' }],
  ['an error', { kind: 'body', body: '{"error":{"message":"overloaded","code":502}}' }],
  ['text', { kind: 'body', body: 'pending', contentType: 'text/plain' }],
];

/** What can be wrong with one vector. */
const BAD_VALUES: readonly RowChange[] = ['missing', 'nan', 'null', 'infinite', 'too-large', 'string', 'zero', 'empty'];

describe.each(VENDORS)('$name', (vendor) => {
  test.each(STATUSES)('answers %i with %s', async (status, name, code, isRetried) => {
    const lane = openLane();
    await lane.script([{ kind: 'status', status, headers: SOON, times: 'always' }]);
    const error = await catchRejection(embed(connect(vendor, lane, { maxRetries: 2 }).target, ['a']));
    const { requests } = await lane.log();
    expect(requests).toHaveLength(isRetried ? 3 : 1);
    const { retryable, canFallBack } = ERROR_TRAITS[code];
    const requestId = requests.at(-1)?.requestId;
    expect(error).toMatchObject({ name, code, status, requestId, retryable, canFallBack });
  });

  test.each<readonly [string, readonly Fault[]]>([
    ['429 that names milliseconds', [{ kind: 'status', status: 429, headers: SOON }]],
    ['429 that names seconds', [{ kind: 'status', status: 429, headers: { 'retry-after': '0' } }]],
    ['429 that names a date', [{ kind: 'status', status: 429, retryAfterDateMs: -1_000 }]],
    ['502 twice', [{ kind: 'status', status: 502, shape: 'html', headers: SOON, times: 2 }]],
    ['an answer that breaks off', [{ kind: 'cut' }]],
    ['a connection that closes', [{ kind: 'cut', at: 'nothing' }]],
  ])('answers rightly after %s', async (_name, faults) => {
    const lane = openLane();
    await lane.script(faults);
    const { target, sent } = connect(vendor, lane, { maxRetries: 2 });
    expectRows(await embed(target, ['a']), ['a']);
    // Tries are requests too.
    expect(sent).toHaveLength((await lane.log()).requests.length);
  });

  test.each(['openai', 'fastapi', 'segmind', 'message', 'text'] as const)(
    'passes on the explanation of a server that answers in the form %s',
    async (shape) => {
      const lane = openLane();
      await lane.script([{ kind: 'status', status: 400, shape, message: 'Too many flowers' }]);
      const error = await catchRejection(embed(connect(vendor, lane).target, ['a']));
      expect(error).toMatchObject({ detail: 'Too many flowers' });
      expect((error as Error).message).toContain('Too many flowers');
    },
  );

  test.each(['nothing', 'head', 'half'] as const)('tells of a connection that closes after %s', async (at) => {
    const lane = openLane();
    await lane.script([{ kind: 'cut', at }]);
    const error = await catchRejection(embed(connect(vendor, lane, { maxRetries: 0 }).target, ['a']));
    expect(error).toMatchObject({ name: 'APIConnectionError', code: 'connection_failed' });
    expect((await lane.log()).requests).toHaveLength(1);
  });

  test.each(['nothing', 'head', 'half'] as const)('gives up an answer that stops after %s', async (at) => {
    const lane = openLane();
    await lane.script([{ kind: 'hang', at }]);
    const error = await catchRejection(embed(connect(vendor, lane, { maxRetries: 0, timeoutMs: 100 }).target, ['a']));
    expect(error).toMatchObject({ name: 'APIConnectionTimeoutError', code: 'timeout' });
  });

  test.each([301, 302, 303, 307, 308] as const)('refuses a redirect with %i, and never follows it', async (status) => {
    const lane = openLane();
    await lane.script([{ kind: 'redirect', status, times: 'always' }]);
    const error = await catchRejection(embed(connect(vendor, lane).target, ['a']));
    expect(error).toMatchObject({ name: 'APIConnectionError', code: 'redirect_refused' });
    const { requests, redirected } = await lane.log();
    expect([requests.length, redirected]).toEqual([1, 0]);
  });

  test.each(NO_ANSWERS)('refuses %s in place of an answer, without asking again', async (_name, fault) => {
    const lane = openLane();
    await lane.script([fault]);
    const error = await catchRejection(embed(connect(vendor, lane).target, ['a']));
    const { requests } = await lane.log();
    expect(requests).toHaveLength(1);
    expect(error).toMatchObject({ code: 'invalid_reply', canFallBack: true, requestId: requests[0]?.requestId });
  });

  test.each(BAD_VALUES)('refuses a vector that is spoiled: %s', async (change) => {
    const lane = openLane();
    await lane.script([{ kind: 'rows', change }]);
    const { target } = connect(vendor, lane);
    const error = await catchRejection(embed(target, ['a']));
    const requestId = (await lane.log()).requests[0]?.requestId;
    expect(error).toMatchObject({ code: 'invalid_reply', requestId });
    expectRows(await embed(target, ['a']), ['a']);
  });

  test('takes JSON that is called text', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'content-type', as: 'text/plain; charset=utf-8' }]);
    expectRows(await embed(connect(vendor, lane).target, ['a']), ['a']);
  });

  test.each(['float', 'base64'] as const)('understands vectors that come as %s', async (as) => {
    const lane = openLane();
    await lane.script([{ kind: 'encoding', as, times: 'always' }]);
    expectRows(await embed(connect(vendor, lane).target, ['a', 'b']), ['a', 'b']);
  });

  test('refuses vectors of several widths', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'rows', change: 'ragged', after: vendor.hasBatches ? 0 : 1 }]);
    expect(await catchRejection(embed(connect(vendor, lane).target, ['a', 'b', 'c']))).toMatchObject({
      code: 'invalid_reply',
    });
  });
});

describe.each(VENDORS.filter(({ hasBatches }) => hasBatches))('$name', (vendor) => {
  test.each(['missing', 'extra', 'duplicate-index', 'index-too-large', 'ragged', 'zero', 'nan'] as const)(
    'refuses rows that are spoiled: %s',
    async (change) => {
      const lane = openLane();
      await lane.script([{ kind: 'rows', change }]);
      const error = await catchRejection(embed(connect(vendor, lane).target, ['a', 'b', 'c']));
      expect(error).toMatchObject({ code: 'invalid_reply' });
    },
  );

  test.each(['reversed', 'no-index'] as const)('puts rows into the order of their inputs: %s', async (change) => {
    const lane = openLane();
    await lane.script([{ kind: 'rows', change }]);
    expectRows(await embed(connect(vendor, lane).target, ['a', 'b', 'c']), ['a', 'b', 'c']);
  });

  test('refuses another width than the one asked for', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'rows', change: 'wrong-width' }]);
    const error = await catchRejection(embed(connect(vendor, lane).target, ['a', 'b'], 32));
    expect(error).toMatchObject({ code: 'invalid_reply' });
  });
});

describe('a wrong key', () => {
  test.each(VENDORS)('is what $name is told of', async (vendor) => {
    const { target } = connect(vendor, openLane(), { apiKey: 'sk-wrong' });
    expect(await catchRejection(embed(target, ['a']))).toMatchObject({ name: 'AuthenticationError', status: 401 });
  });
});

describe("a server that isn't there", () => {
  test('is told apart from one that refuses', async () => {
    const lane = { ...openLane(), url: 'http://localhost:2' };
    const error = await catchRejection(embed(connect(OPENAI, lane, { maxRetries: 0 }).target, ['a']));
    expect(error).toMatchObject({ name: 'APIConnectionError', code: 'connection_failed' });
  });
});
