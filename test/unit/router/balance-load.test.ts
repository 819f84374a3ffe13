import { describe, expect, test, vi } from 'vitest';
import { balanceLoad } from '../../../src/router/balance-load.js';
import type { PlannedRemote, PlannedTarget } from '../../../src/router/plan.js';
import { catchRejection } from '../catch-error.js';
import { makePlanned, makeTarget } from './support.js';

const { signal } = new AbortController();

function makeRemote(id: string, provider = 'infinity'): PlannedRemote {
  return { id, kind: 'remote', provider, host: id, model: 'm', usable: true, reason: '' };
}

/** The order of ids, when each id's queue is so full; an id without a number doesn't tell. */
async function order(targets: readonly PlannedTarget[], loads: Readonly<Record<string, number>>): Promise<string[]> {
  const find = ({ id }: PlannedTarget): ReturnType<typeof makeTarget> => {
    const target = makeTarget();
    target.load.mockResolvedValue(loads[id] ?? Infinity);
    return target;
  };
  return (await balanceLoad(targets, find, signal)).map(({ id }) => id);
}

describe('balanceLoad', () => {
  test('puts the least busy of several Infinity servers first, and keeps the order of equal ones', async () => {
    const servers = ['a', 'b', 'c', 'd'].map((id) => makeRemote(id));
    expect(await order(servers, { a: 0.5, b: 0.1, c: 0.5 })).toEqual(['b', 'a', 'c', 'd']);
  });

  test('leaves those behind another target where they are', async () => {
    const targets = [makeRemote('a'), makeRemote('b'), makeRemote('other', 'nugen'), makeRemote('c')];
    expect(await order(targets, { a: 0.9, b: 0.5, c: 0 })).toEqual(['b', 'a', 'other', 'c']);
  });

  test.each<[what: string, targets: readonly PlannedTarget[]]>([
    ['one server', [makeRemote('a')]],
    ['this device first', [makePlanned('local'), makeRemote('a'), makeRemote('b')]],
    ['other providers', [makeRemote('a', 'nugen'), makeRemote('b', 'nugen')]],
    ['none', []],
  ])('asks nobody where there is %s', async (_what, targets) => {
    const find = vi.fn<() => never>();
    expect(await balanceLoad(targets, find, signal)).toEqual(targets);
    expect(find).not.toHaveBeenCalled();
  });

  test('ends with its caller', async () => {
    const target = makeTarget();
    target.load.mockReturnValue(new Promise(() => undefined));
    const controller = new AbortController();
    const balanced = catchRejection(balanceLoad([makeRemote('a'), makeRemote('b')], () => target, controller.signal));
    controller.abort('stopped');
    expect(await balanced).toBe('stopped');
  });
});
