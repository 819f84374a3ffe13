import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/errors/codes.js';
import { AllTargetsFailedError, EmbeddingError } from '../../../src/errors/errors.js';
import type { PlannedTarget } from '../../../src/plan/plan.js';
import type { Router } from '../../../src/route/router.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned, makeRouter, makeTarget, OPTIONS, REQUEST, ROWS, type FakeTarget } from './support.js';

const CODES = Object.keys(ERROR_TRAITS) as ErrorCode[];

/** A target of another space counts as one that failed. */
function mayCure(code: ErrorCode): boolean {
  return ERROR_TRAITS[code].canFallBack || code === 'space_mismatch';
}

/** A router over usable targets with the ids `1`, `2`, … that is told all it needs. */
function makeRouterOf(targets: readonly FakeTarget[]): Router {
  const parts = targets.map((_, index) => makePlanned(String(index + 1)));
  return makeRouter({ targets: parts, ready: () => Promise.resolve() }, ({ id }) => targets[Number(id) - 1] ?? ROGUE);
}

const ROGUE = makeTarget(new Error('Expected only the targets of the plan to be made.'));

function countCalls(targets: readonly FakeTarget[], name: 'embed' | 'dispose' | 'rest' | 'start'): number[] {
  return targets.map((target) => target[name].mock.calls.length);
}

function died(message = 'broken'): EmbeddingError {
  return new EmbeddingError('worker_died', message);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Router.embed()', () => {
  test('gives the first target the request and its options, and asks no other', async () => {
    const [first, second] = [makeTarget(), makeTarget()];
    await expect(makeRouterOf([first, second]).embed(REQUEST, OPTIONS)).resolves.toBe(ROWS);
    expect(first.embed.mock.calls).toEqual([[REQUEST, OPTIONS]]);
    expect(second.embed).not.toHaveBeenCalled();
  });

  // Everything on one device hangs over the same input.
  const cured = CODES.filter((code) => mayCure(code) && code !== 'worker_hung');
  test.each(cured)('moves on after %s', async (code) => {
    const [first, second] = [makeTarget(new EmbeddingError(code, 'broken')), makeTarget()];
    await expect(makeRouterOf([first, second]).embed(REQUEST, OPTIONS)).resolves.toBe(ROWS);
    expect(second.embed.mock.calls).toEqual([[REQUEST, OPTIONS]]);
  });

  test.each<[what: string, error: unknown]>([
    ...CODES.filter((code) => !mayCure(code)).map((code): [string, unknown] => [
      code,
      new EmbeddingError(code, 'broken'),
    ]),
    ['an abort', new DOMException('stopped', 'AbortError')],
    ['a reason that is no Error', 'stopped'],
    ['an unknown error', new TypeError('broken')],
  ])('stops after %s, untouched', async (_what, error) => {
    const [first, second] = [makeTarget(error), makeTarget()];
    expect(await catchRejection(makeRouterOf([first, second]).embed(REQUEST, OPTIONS))).toBe(error);
    expect(second.embed).not.toHaveBeenCalled();
  });

  test('rejects with the error of its only target, untouched', async () => {
    const error = died();
    expect(await catchRejection(makeRouterOf([makeTarget(error)]).embed(REQUEST, OPTIONS))).toBe(error);
  });

  test('rejects with what every target said when several fail', async () => {
    const errors = ['first', 'second', 'third'].map((text) => died(text));
    const targets = errors.map((error) => makeTarget(error));
    const error = await catchRejection(makeRouterOf(targets).embed(REQUEST, OPTIONS));
    expect(error).toBeInstanceOf(AllTargetsFailedError);
    expect(error).toMatchObject({
      code: 'all_targets_failed',
      message: 'No target could answer. 1: first 2: second 3: third',
      cause: errors[2],
      attempts: errors.map((each, index) => ({ target: String(index + 1), error: each })),
    });
    expect(countCalls(targets, 'embed')).toEqual([1, 1, 1]);
  });

  test('makes a target when it is first needed, and once', async () => {
    const create = vi.fn<(planned: PlannedTarget) => FakeTarget>(() => makeTarget());
    const targets = [makePlanned('no', { usable: false }), makePlanned('yes'), makePlanned('spare')];
    const router = makeRouter({ targets, ready: () => Promise.resolve() }, create);
    expect(create).not.toHaveBeenCalled();
    await router.embed(REQUEST, OPTIONS);
    await router.embed(REQUEST, OPTIONS);
    expect(create.mock.calls).toEqual([[targets[1]]]);
  });

  test('asks the plan at each call', async () => {
    const targets = { one: makeTarget(), two: makeTarget() };
    const plan = { targets: [makePlanned('one')], ready: () => Promise.resolve() };
    const router = makeRouter(plan, ({ id }) => targets[id as keyof typeof targets]);
    await router.embed(REQUEST, OPTIONS);
    plan.targets = [makePlanned('two'), makePlanned('one')];
    await router.embed(REQUEST, OPTIONS);
    expect(countCalls([targets.one, targets.two], 'embed')).toEqual([1, 1]);
  });

  test('waits until the plan is ready', async () => {
    const ready = createDeferred<undefined>();
    const target = makeTarget();
    const router = makeRouter({ targets: [makePlanned('1')], ready: () => ready.promise }, () => target);
    const answer = router.embed(REQUEST, OPTIONS);
    await vi.advanceTimersByTimeAsync(1000);
    expect(target.embed).not.toHaveBeenCalled();
    ready.resolve(undefined);
    await expect(answer).resolves.toBe(ROWS);
  });

  test("rejects with the signal's reason while the plan isn't ready", async () => {
    const target = makeTarget();
    const router = makeRouter({ targets: [makePlanned('1')], ready: () => new Promise(() => undefined) }, () => target);
    const controller = new AbortController();
    const answer = catchRejection(router.embed(REQUEST, { ...OPTIONS, signal: controller.signal }));
    controller.abort('stopped');
    expect(await answer).toBe('stopped');
    expect(target.embed).not.toHaveBeenCalled();
  });

  test('says why when nothing is usable', async () => {
    const targets = [
      makePlanned('local/wasm', { usable: false, reason: 'No workers.' }),
      makePlanned('local/webgpu/fp16', { usable: false, reason: 'No GPU.' }),
    ];
    const router = makeRouter({ targets, ready: () => Promise.resolve() }, () => makeTarget());
    const error = await catchRejection(router.embed(REQUEST, OPTIONS));
    expect(error).toBeInstanceOf(EmbeddingError);
    expect(error).toMatchObject({ code: 'device_unsupported', retryable: false });
    expect(String(error)).toContain('local/wasm: No workers. local/webgpu/fp16: No GPU.');
    expect(router.current).toBeUndefined();
  });
});

describe('a target that failed', () => {
  /** A router whose first target has just failed once. */
  async function failFirst(): Promise<{ router: Router; targets: [first: FakeTarget, second: FakeTarget] }> {
    const targets: [FakeTarget, FakeTarget] = [makeTarget(), makeTarget()];
    targets[0].embed.mockRejectedValueOnce(died());
    const router = makeRouterOf(targets);
    await router.embed(REQUEST, OPTIONS);
    return { router, targets };
  }

  test('is left out for 60 s while another one answers', async () => {
    const { router, targets } = await failFirst();
    expect(router.current?.id).toBe('2');
    vi.advanceTimersByTime(59_999);
    await router.embed(REQUEST, OPTIONS);
    expect(countCalls(targets, 'embed')).toEqual([1, 2]);
    vi.advanceTimersByTime(1);
    expect(router.current?.id).toBe('1');
    await router.embed(REQUEST, OPTIONS);
    expect(countCalls(targets, 'embed')).toEqual([2, 2]);
  });

  test('is tried all the same when the others fail too, and stays in use once it answers', async () => {
    const { router, targets } = await failFirst();
    targets[1].embed.mockRejectedValueOnce(died());
    await expect(router.embed(REQUEST, OPTIONS)).resolves.toBe(ROWS);
    expect(countCalls(targets, 'embed')).toEqual([2, 2]);
    expect(router.current?.id).toBe('1');
  });

  test("isn't left out for an error that no other target can cure", async () => {
    const targets = [makeTarget(new EmbeddingError('context_length_exceeded', 'long')), makeTarget()];
    const router = makeRouterOf(targets);
    await catchRejection(router.embed(REQUEST, OPTIONS));
    expect(router.current?.id).toBe('1');
  });
});

describe('Router', () => {
  test('gets the first usable target ready, once the plan is', async () => {
    const targets = [makeTarget(), makeTarget(), makeTarget()];
    const parts = [makePlanned('0', { usable: false }), makePlanned('1'), makePlanned('2')];
    const ready = createDeferred<undefined>();
    const router = makeRouter({ targets: parts, ready: () => ready.promise }, ({ id }) => targets[Number(id)] ?? ROGUE);
    router.start();
    expect(countCalls(targets, 'start')).toEqual([0, 0, 0]);
    ready.resolve(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(countCalls(targets, 'start')).toEqual([0, 1, 0]);
  });

  test('starts nothing when nothing is usable', async () => {
    const create = vi.fn(() => makeTarget());
    const targets = [makePlanned('1', { usable: false })];
    makeRouter({ targets, ready: () => Promise.resolve() }, create).start();
    await vi.advanceTimersByTimeAsync(0);
    expect(create).not.toHaveBeenCalled();
  });

  test('starts nothing when it is disposed of before the plan is ready', async () => {
    const create = vi.fn(() => makeTarget());
    const ready = createDeferred<undefined>();
    const router = makeRouter({ targets: [makePlanned('1')], ready: () => ready.promise }, create);
    router.start();
    router.dispose();
    ready.resolve(undefined);
    // A rejection that nobody handles would fail this test.
    await vi.advanceTimersByTimeAsync(0);
    expect(create).not.toHaveBeenCalled();
  });

  test('ends a target that is dropped, and makes it anew when it is needed again', async () => {
    const made = [makeTarget(), makeTarget()];
    const planned = makePlanned('1');
    const rest = [...made];
    const router = makeRouter({ targets: [planned], ready: () => Promise.resolve() }, () => rest.shift() ?? ROGUE);
    router.drop(planned);
    await router.embed(REQUEST, OPTIONS);
    router.drop(planned);
    router.drop(planned);
    await router.embed(REQUEST, OPTIONS);
    expect(countCalls(made, 'embed')).toEqual([1, 1]);
    expect(countCalls(made, 'dispose')).toEqual([1, 0]);
  });

  test('asks its target in the order of the calls, also while it loads', async () => {
    const target = makeTarget();
    const router = makeRouterOf([target]);
    const calls = ['a', 'b'].map((text) => router.embed({ ...REQUEST, inputs: [text] }, OPTIONS));
    await calls[0];
    calls.push(router.embed({ ...REQUEST, inputs: ['c'] }, OPTIONS));
    await Promise.all(calls);
    expect(target.embed.mock.calls.map(([{ inputs }]) => inputs)).toEqual([['a'], ['b'], ['c']]);
  });

  test('lets every target but one rest', async () => {
    const targets = [makeTarget(), makeTarget(), makeTarget()];
    const router = makeRouterOf(targets);
    const parts = ['1', '2', '3'].map((id) => makePlanned(id));
    for (const part of parts) await router.target(part);
    router.restAllBut(makePlanned('2'));
    expect(countCalls(targets, 'rest')).toEqual([1, 0, 1]);
  });

  test('tells what each target does that it has made', async () => {
    const targets = [makeTarget(), makeTarget()];
    const router = makeRouterOf(targets);
    expect(router.stats()).toEqual([]);
    const stats = { queue_fraction: 0.25, queue_absolute: 10, results_pending: 12, batch_size: 2 };
    targets[0]?.stats.mockReturnValue(stats);
    await router.target(makePlanned('1'));
    expect(router.stats()).toEqual([stats]);
  });

  test('disposes of every target it made, and makes no other', async () => {
    const targets = [makeTarget(died()), makeTarget(), makeTarget()];
    const router = makeRouterOf(targets);
    await router.embed(REQUEST, OPTIONS);
    router.dispose();
    expect(countCalls(targets, 'dispose')).toEqual([1, 1, 0]);
    expect(await catchRejection(router.embed(REQUEST, OPTIONS))).toMatchObject({ code: 'disposed' });
    expect(await catchRejection(router.target(makePlanned('3')))).toMatchObject({ code: 'disposed' });
  });
});
