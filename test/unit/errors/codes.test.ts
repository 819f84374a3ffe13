/** What the code of an error does, wherever the error goes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/package/paths.js';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/errors/codes.js';
import { EmbeddingError } from '../../../src/errors/errors.js';
import { createErrorReply } from '../../../src/adapters/fetch/reply.js';
import { judgeFailure } from '../../../src/jobs/judge-failure.js';
import { fromErrorRecord, toErrorRecord } from '../../../src/ports/error-record.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned, makeRouter, makeTarget, OPTIONS, REQUEST, ROWS } from '../route/support.js';

const CODES = Object.keys(ERROR_TRAITS) as ErrorCode[];
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const OF_A_WRONG_CALL = CODES.filter((code) => ERROR_TRAITS[code].status === 400);

function make(code: ErrorCode): EmbeddingError {
  return new EmbeddingError(code, 'It failed.');
}

/** Asks a device that fails so, and a second target behind it: what the caller is told, and how often the second was asked. */
async function askTwo(code: ErrorCode): Promise<{ readonly answer: unknown; readonly second: number }> {
  const [first, second] = [makeTarget(make(code)), makeTarget()];
  const targets = [makePlanned('first'), makePlanned('second')];
  const router = makeRouter({ targets, ready: () => Promise.resolve() }, ({ id }) => (id === 'first' ? first : second));
  const answer = await router.embed(REQUEST, OPTIONS).catch((error: unknown) => error);
  return { answer, second: second.embed.mock.calls.length };
}

describe.each(CODES)('an error of code %s', (code) => {
  test("is found in the README's table", () => {
    expect(README).toContain(`\`${code}\``);
  });

  test('leaves a worker as it was thrown there', () => {
    const { name, message, status, type, retryable, canFallBack } = make(code);
    const arrived = fromErrorRecord(structuredClone(toErrorRecord(make(code))));
    expect(arrived).toMatchObject({ name, code, message, type, retryable, canFallBack });
    expect(arrived.status).toBe(status);
  });

  test("is an error of HTTP's to whoever asks by fetch, tried again by OpenAI's client where that helps", () => {
    const { status, body, headers } = createErrorReply(make(code));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(body).toMatchObject({ error: { code, message: expect.stringContaining('It failed.') as string } });
    expect(headers?.['x-should-retry']).toBe(String(make(code).retryable));
  });

  test('keeps a job waiting only where the same call may succeed later, or somebody makes room', () => {
    const waits = ['passing', 'unclear'].includes(judgeFailure(make(code)));
    if (waits && code !== 'insufficient_storage') expect(make(code).retryable).toBe(true);
  });
});

describe('a call that is wrong', () => {
  test.each(OF_A_WRONG_CALL)('is told so by %s, asked of nobody else, and no worse for any wait', async (code) => {
    const { answer, second } = await askTwo(code);
    expect(answer).toMatchObject({ code, type: 'invalid_request_error', retryable: false });
    expect(second).toBe(0);
  });
});

describe('what only one device or provider can not do', () => {
  test.each<ErrorCode>([
    'device_unsupported',
    'device_lost',
    'kernel_unsupported',
    'model_unsupported',
    'invalid_vector',
    'worker_died',
    'timeout',
    'authentication_failed',
    'insufficient_credits',
    'rate_limited',
    'server_error',
    'egress_denied',
  ])('is answered by the next one after %s', async (code) => {
    expect(await askTwo(code)).toEqual({ answer: ROWS, second: 1 });
  });

  test('is not said of a full queue: it is no reason to start another runtime, and soon there is room', async () => {
    const { answer, second } = await askTwo('queue_full');
    expect(answer).toMatchObject({ code: 'queue_full', status: 429, retryable: true });
    expect(second).toBe(0);
  });

  test('is told to the caller where it is all there is', async () => {
    const only = makeRouter({ targets: [makePlanned('only')], ready: () => Promise.resolve() }, () =>
      makeTarget(make('device_lost')),
    );
    expect(await catchRejection(only.embed(REQUEST, OPTIONS))).toMatchObject({ code: 'device_lost' });
  });
});
