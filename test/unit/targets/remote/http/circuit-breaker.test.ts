import { beforeEach, describe, expect, test } from 'vitest';
import { APIConnectionError, APIConnectionTimeoutError, EmbeddingError } from '../../../../../src/errors/errors.js';
import { CircuitBreaker, type Pass } from '../../../../../src/targets/remote/http/circuit-breaker.js';
import { catchRejection } from '../../../../support/catch-error.js';
import { NEVER } from '../support.js';

const DOWN = new APIConnectionError('connection_failed', 'down');
let now = 0;
let breaker: CircuitBreaker;

beforeEach(() => {
  now = 0;
  breaker = new CircuitBreaker('h', () => now);
});

function enter(): Promise<Pass> {
  return breaker.enter(NEVER);
}

/** So many calls that end with `error`; undefined is success. */
async function endTimes(times: number, error: unknown): Promise<void> {
  for (let count = 0; count < times; count += 1) (await enter()).end(error);
}

describe('CircuitBreaker', () => {
  test('rests after three calls in a row that failed, and says for how long', async () => {
    await endTimes(2, DOWN);
    await endTimes(1, DOWN);
    now += 10_000;
    const error = await catchRejection(enter());
    expect(error).toMatchObject({ name: 'APIConnectionError', code: 'provider_resting', canFallBack: true });
    expect(String(error)).toContain('in 20 s');
  });

  test('begins to count anew after an answer', async () => {
    await endTimes(2, DOWN);
    (await enter()).answered();
    await endTimes(2, DOWN);
    await expect(enter()).resolves.toBeDefined();
  });

  test.each([
    ['a 4xx', new EmbeddingError('bad_request', 'no')],
    ['a 501', new EmbeddingError('server_error', 'no', { status: 501 })],
    ["the caller's own reason", new Error('typed on')],
    ['success', undefined],
  ])("doesn't count %s", async (_what, error) => {
    await endTimes(9, error);
    await expect(enter()).resolves.toBeDefined();
  });

  test('counts a 5xx and a call out of time', async () => {
    await endTimes(1, new EmbeddingError('server_error', 'no', { status: 503 }));
    await endTimes(2, new APIConnectionTimeoutError('timeout', 'late'));
    expect(await catchRejection(enter())).toMatchObject({ code: 'provider_resting' });
  });

  test('rests at once when an attempt has no answer in time, and lets only that call go on', async () => {
    const first = await enter();
    const second = await enter();
    first.timedOut();
    second.timedOut();
    expect([first.mayRetry(), second.mayRetry()]).toEqual([true, false]);
    expect(await catchRejection(enter())).toMatchObject({ code: 'provider_resting' });
    first.answered();
    expect(second.mayRetry()).toBe(true);
    await expect(enter()).resolves.toBeDefined();
  });

  test('lets one call try after the rest; those that come meanwhile pass when it is answered', async () => {
    await endTimes(3, DOWN);
    now += 30_000;
    const trial = await enter();
    const others = [enter(), enter()];
    let passed = 0;
    for (const other of others) void other.then(() => (passed += 1));
    await Promise.resolve();
    expect(passed).toBe(0);
    trial.answered();
    await Promise.all(others);
    expect(passed).toBe(2);
  });

  test('rests again when the trial fails, for those that waited too', async () => {
    await endTimes(3, DOWN);
    now += 30_000;
    const trial = await enter();
    const waiting = catchRejection(enter());
    trial.end(DOWN);
    expect(await waiting).toMatchObject({ code: 'provider_resting' });
    now += 29_999;
    expect(await catchRejection(enter())).toMatchObject({ code: 'provider_resting' });
  });

  test('hands the trial on when its caller gives up', async () => {
    await endTimes(3, DOWN);
    now += 30_000;
    const trial = await enter();
    const waiting = enter();
    trial.end(new Error('typed on'));
    await expect(waiting).resolves.toBeDefined();
  });

  test('lets a caller that waits for the trial go', async () => {
    await endTimes(3, DOWN);
    now += 30_000;
    await enter();
    const controller = new AbortController();
    const waiting = catchRejection(breaker.enter(controller.signal));
    controller.abort('enough');
    expect(await waiting).toBe('enough');
  });
});
