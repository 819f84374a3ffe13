import { describe, expect, test, vi } from 'vitest';
import { EmbeddingError, ModelLoadError } from '../../../src/errors/errors.js';
import { OpenTargets, type LoadTarget } from '../../../src/route/open-targets.js';
import type { Target } from '../../../src/contract/target.js';
import { createDeferred } from '../../../src/util/deferred.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned, makeTarget, type FakeTarget } from './support.js';

const ONE = makePlanned('one');

/** Targets whose code comes at once. */
function makeTargets(target: FakeTarget = makeTarget()): {
  readonly targets: OpenTargets;
  readonly target: FakeTarget;
  readonly load: ReturnType<typeof vi.fn<LoadTarget>>;
} {
  const load = vi.fn<LoadTarget>(() => Promise.resolve(target));
  return { targets: new OpenTargets(load), target, load };
}

describe('OpenTargets', () => {
  test('loads nothing until it is asked', () => {
    const { targets, load } = makeTargets();
    expect(targets.get('one')).toBeUndefined();
    expect(targets.stats()).toEqual([]);
    targets.restAllBut('two');
    targets.drop('one');
    targets.dispose();
    expect(load).not.toHaveBeenCalled();
  });

  test('makes one target for all who ask, and then has it at hand', async () => {
    const { targets, target, load } = makeTargets();
    expect(await Promise.all([targets.open(ONE), targets.open(ONE)])).toEqual([target, target]);
    expect(await targets.open(ONE)).toBe(target);
    expect(targets.get('one')).toBe(target);
    expect(load.mock.calls).toEqual([[ONE]]);
  });

  test('tells what a target does once it is there, lets it rest and disposes of it', async () => {
    const { targets, target } = makeTargets();
    const stats = { queue_fraction: 0.5, queue_absolute: 3, results_pending: 4, batch_size: 2 };
    target.stats.mockReturnValue(stats);
    await targets.open(ONE);
    expect(targets.stats()).toEqual([stats]);
    targets.restAllBut('two');
    targets.dispose();
    expect([target.rest.mock.calls.length, target.dispose.mock.calls.length]).toEqual([1, 1]);
  });

  test('shares a failed attempt between those that wait for it, and the next one tries again', async () => {
    const { targets, target, load } = makeTargets();
    load.mockRejectedValueOnce(new ModelLoadError('engine_script_failed', 'Gone.'));
    const errors = await Promise.all([1, 2].map(() => catchRejection(targets.open(ONE))));
    expect(errors[0]).toMatchObject({ code: 'engine_script_failed' });
    expect(errors[0]).toBe(errors[1]);
    expect(load).toHaveBeenCalledOnce();
    expect(await targets.open(ONE)).toBe(target);
  });
});

describe('while a target is loading OpenTargets', () => {
  /** Targets of which the first hasn't come yet. */
  function makeSlow(): ReturnType<typeof makeTargets> & { readonly arrive: () => void; readonly slow: FakeTarget } {
    const rest = makeTargets();
    const slow = makeTarget();
    const file = createDeferred<Target>();
    rest.load.mockReturnValueOnce(file.promise);
    return {
      ...rest,
      slow,
      arrive: () => {
        file.resolve(slow);
      },
    };
  }

  test.each(['drop', 'dispose'] as const)(
    'ends it on %s() as soon as it comes, and tells who waits',
    async (method) => {
      const { targets, slow, arrive } = makeSlow();
      const answers = [targets.open(ONE), targets.open(ONE)].map((answer) => catchRejection(answer));
      targets[method]('one');
      arrive();
      for (const error of await Promise.all(answers)) expect(error).toMatchObject({ code: 'disposed' });
      expect(slow.dispose).toHaveBeenCalledOnce();
      expect(targets.get('one')).toBeUndefined();
    },
  );

  test('makes another one after a drop, which the first one that comes late leaves alone', async () => {
    const { targets, target, arrive } = makeSlow();
    const first = catchRejection(targets.open(ONE));
    targets.drop('one');
    const second = targets.open(ONE);
    arrive();
    await first;
    expect(await second).toBe(target);
    expect(targets.get('one')).toBe(target);
    expect(target.dispose).not.toHaveBeenCalled();
  });

  test('has nothing to tell yet', () => {
    const { targets } = makeSlow();
    void targets.open(ONE);
    expect(targets.stats()).toEqual([]);
  });
});

test('OpenTargets makes no target after it was disposed of', async () => {
  const { targets, load } = makeTargets();
  targets.dispose();
  const error = await catchRejection(targets.open(ONE));
  expect(error).toBeInstanceOf(EmbeddingError);
  expect(error).toMatchObject({ code: 'disposed', canFallBack: false });
  expect(load).not.toHaveBeenCalled();
});
