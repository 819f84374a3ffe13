import { describe, expect, test, vi } from 'vitest';
import { LazyTarget } from '../../../src/targets/lazy-target.js';
import type { Target } from '../../../src/targets/target.js';
import { ModelLoadError } from '../../../src/errors/errors.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../catch-error.js';
import { makeTarget, OPTIONS, REQUEST, ROWS, type FakeTarget } from '../route/support.js';

const IDLE = { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 };

/** An engine that comes at once, and how often it was loaded and made. */
function makeLazy(engine: FakeTarget = makeTarget()): {
  readonly lazy: LazyTarget;
  readonly engine: FakeTarget;
  readonly load: ReturnType<typeof vi.fn<() => Promise<() => Target>>>;
  readonly create: ReturnType<typeof vi.fn<() => FakeTarget>>;
} {
  const create = vi.fn(() => engine);
  const load = vi.fn(() => Promise.resolve<() => Target>(create));
  return { lazy: new LazyTarget(load), engine, load, create };
}

/** Lets promises that need no more than turns of the event loop settle. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('LazyTarget', () => {
  test('loads nothing until it is asked', () => {
    const { lazy, load } = makeLazy();
    expect(lazy.stats()).toEqual(IDLE);
    lazy.rest();
    lazy.dispose();
    expect(load).not.toHaveBeenCalled();
  });

  test('passes requests on to one engine, loaded once', async () => {
    const { lazy, engine, load, create } = makeLazy();
    const answers = await Promise.all([lazy.embed(REQUEST, OPTIONS), lazy.embed(REQUEST, OPTIONS)]);
    expect(answers).toEqual([ROWS, ROWS]);
    await lazy.embed(REQUEST, OPTIONS);
    expect([load.mock.calls.length, create.mock.calls.length]).toEqual([1, 1]);
    expect(engine.embed.mock.calls).toEqual(new Array(3).fill([REQUEST, OPTIONS]));
  });

  test('queues a request of a loaded engine in the same turn, so that calls keep their order', async () => {
    const { lazy, engine } = makeLazy();
    lazy.start();
    await settle();
    void lazy.embed(REQUEST, OPTIONS);
    expect(engine.embed).toHaveBeenCalledOnce();
  });

  test('starts and measures the engine', async () => {
    const { lazy, engine, load } = makeLazy();
    engine.measure.mockResolvedValue(7);
    lazy.start();
    expect(await lazy.measure(3)).toBe(7);
    expect(engine.measure.mock.calls).toEqual([[3]]);
    expect(engine.start).toHaveBeenCalledOnce();
    expect(load).toHaveBeenCalledOnce();
  });

  test('tells what the engine does, lets it rest and disposes of it, once it is there', async () => {
    const { lazy, engine } = makeLazy();
    const stats = { queue_fraction: 0.5, queue_absolute: 3, results_pending: 4, batch_size: 2 };
    engine.stats.mockReturnValue(stats);
    await lazy.embed(REQUEST, OPTIONS);
    expect(lazy.stats()).toEqual(stats);
    lazy.rest();
    lazy.dispose();
    expect([engine.rest.mock.calls.length, engine.dispose.mock.calls.length]).toEqual([1, 1]);
  });

  test("rejects with the engine's error, untouched", async () => {
    const error = new Error('broken');
    expect(await catchRejection(makeLazy(makeTarget(error)).lazy.embed(REQUEST, OPTIONS))).toBe(error);
  });
});

describe("when the engine's file can't be loaded LazyTarget", () => {
  const cause = new TypeError('Failed to fetch dynamically imported module');

  test('says so with a typed error, and the next call tries again', async () => {
    const { lazy, load } = makeLazy();
    load.mockRejectedValueOnce(cause);
    const error = await catchRejection(lazy.embed(REQUEST, OPTIONS));
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error).toMatchObject({ code: 'engine_script_failed', retryable: true, cause });
    expect(String(error)).toContain('Serve every file of dist together.');
    expect(await lazy.embed(REQUEST, OPTIONS)).toBe(ROWS);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('says so to a measurement too', async () => {
    const { lazy, load } = makeLazy();
    load.mockRejectedValueOnce(cause);
    expect(await catchRejection(lazy.measure())).toMatchObject({ code: 'engine_script_failed' });
    expect(await lazy.measure()).toBe(1);
  });

  test('shows nothing of it when it is only started, and the first call tries again', async () => {
    const { lazy, load } = makeLazy();
    load.mockRejectedValueOnce(cause);
    lazy.start();
    // A rejection that nobody handles would fail this test.
    await settle();
    expect(await lazy.embed(REQUEST, OPTIONS)).toBe(ROWS);
  });

  test('shares one failed attempt between calls that wait for it', async () => {
    const { lazy, load } = makeLazy();
    load.mockRejectedValueOnce(cause);
    const errors = await Promise.all([1, 2].map(() => catchRejection(lazy.embed(REQUEST, OPTIONS))));
    expect(errors[0]).toBe(errors[1]);
    expect(load).toHaveBeenCalledOnce();
  });

  test('keeps the error of an engine that throws while it is made', async () => {
    const { lazy, create } = makeLazy();
    const error = new RangeError('broken');
    create.mockImplementationOnce(() => {
      throw error;
    });
    expect(await catchRejection(lazy.embed(REQUEST, OPTIONS))).toBe(error);
    expect(await lazy.embed(REQUEST, OPTIONS)).toBe(ROWS);
  });
});

describe('while the engine is loading LazyTarget', () => {
  /** An engine whose file hasn't come yet. */
  function makeSlow(): ReturnType<typeof makeLazy> & { arrive: () => void } {
    const { load, ...rest } = makeLazy();
    const file = createDeferred<() => Target>();
    load.mockReturnValue(file.promise);
    return {
      ...rest,
      load,
      arrive: () => {
        file.resolve(rest.create);
      },
    };
  }

  test('lets a call be given up, and goes on loading for the next one', async () => {
    const { lazy, engine, load, arrive } = makeSlow();
    const controller = new AbortController();
    const answer = catchRejection(lazy.embed(REQUEST, { ...OPTIONS, signal: controller.signal }));
    controller.abort('stopped');
    expect(await answer).toBe('stopped');
    const next = lazy.embed(REQUEST, OPTIONS);
    arrive();
    expect(await next).toBe(ROWS);
    expect(load).toHaveBeenCalledOnce();
    expect(engine.embed).toHaveBeenCalledOnce();
  });

  test('can be disposed of: no engine is made, and callers hear of it', async () => {
    const { lazy, create, arrive } = makeSlow();
    lazy.start();
    const answers = [lazy.embed(REQUEST, OPTIONS), lazy.measure()].map((answer) => catchRejection(answer));
    lazy.dispose();
    arrive();
    for (const error of await Promise.all(answers)) expect(error).toMatchObject({ code: 'disposed' });
    expect(create).not.toHaveBeenCalled();
  });

  test('tells that nothing is done yet', () => {
    const { lazy } = makeSlow();
    lazy.start();
    expect(lazy.stats()).toEqual(IDLE);
  });
});

test('LazyTarget refuses calls that come after it was disposed of, and makes no engine for them', async () => {
  const { lazy, create } = makeLazy();
  lazy.dispose();
  expect(await catchRejection(lazy.embed(REQUEST, OPTIONS))).toMatchObject({ code: 'disposed', canFallBack: false });
  expect(create).not.toHaveBeenCalled();
});
