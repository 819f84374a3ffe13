import { describe, expect, test, vi } from 'vitest';
import type { Provider } from '../../../../src/contract/provider.js';
import { LoadBalancer } from '../../../../src/targets/remote/balance-load.js';
import type { PlannedRemote, PlannedTarget } from '../../../../src/plan/plan.js';
import { catchRejection } from '../../../support/catch-error.js';
import { makePlanned } from '../../route/support.js';

const { signal } = new AbortController();

function makeRemote(id: string, provider = 'infinity'): PlannedRemote {
  return { id, kind: 'remote', provider, host: id, model: 'm', usable: true, reason: '' };
}

function makeProvider(space: string): Provider {
  return {
    id: 'infinity',
    host: 'h',
    model: 'm',
    sameModel: false,
    space,
    maxInputs: 32,
    connect: () => {
      throw new Error('Expected nobody to be connected.');
    },
  };
}

/** A balancer over servers whose queues are so full; one without a number doesn't tell. */
function makeBalancer(loads: Readonly<Record<string, number>>): LoadBalancer {
  return new LoadBalancer((id) => ({ load: () => Promise.resolve(loads[id] ?? Infinity) }));
}

/** Runs a call of so many inputs; resolves with the order of ids once it is answered. */
function run(
  balancer: LoadBalancer,
  targets: readonly PlannedTarget[],
  { inputs = 1, spaces = 'one space', answered = Promise.resolve() } = {},
): Promise<string[]> {
  const find = (id: string): Provider => makeProvider(spaces === 'one space' ? 's' : id);
  return balancer.run(targets, { inputs, signal, find }, async (ordered) => {
    await answered;
    return ordered.map(({ id }) => id);
  });
}

describe('LoadBalancer', () => {
  test('puts the least busy of several Infinity servers first, and keeps the order of equal ones', async () => {
    const servers = ['a', 'b', 'c', 'd'].map((id) => makeRemote(id));
    const loads = { a: 0.5, b: 0.1, c: 0.5 };
    expect(await run(makeBalancer(loads), servers, { spaces: 'others' })).toEqual(['b', 'a', 'c', 'd']);
  });

  test('leaves those behind another target where they are', async () => {
    const targets = [makeRemote('a'), makeRemote('b'), makeRemote('other', 'nugen'), makeRemote('c')];
    expect(await run(makeBalancer({ a: 0.9, b: 0.5, c: 0 }), targets)).toEqual(['b', 'a', 'other', 'c']);
  });

  test.each<[what: string, targets: readonly PlannedTarget[]]>([
    ['one server', [makeRemote('a')]],
    ['this device first', [makePlanned('local'), makeRemote('a'), makeRemote('b')]],
    ['other providers', [makeRemote('a', 'nugen'), makeRemote('b', 'nugen')]],
    ['none', []],
  ])('asks nobody where there is %s', async (_what, targets) => {
    const connect = vi.fn<() => never>();
    expect(await run(new LoadBalancer(connect), targets)).toEqual(targets.map(({ id }) => id));
    expect(connect).not.toHaveBeenCalled();
  });

  test('shares calls that come together between idle servers that may stand in for each other', async () => {
    const servers = [makeRemote('a'), makeRemote('b')];
    const balancer = makeBalancer({ a: 0, b: 0 });
    const orders = await Promise.all([1, 2, 3, 4].map(() => run(balancer, servers, { inputs: 256 })));
    expect(orders.map(([first]) => first)).toEqual(['a', 'b', 'a', 'b']);
    // What is answered counts no more.
    expect((await run(balancer, servers))[0]).toBe('a');
  });

  test('keeps the parts of a call together where servers answer in spaces of their own', async () => {
    const servers = [makeRemote('a'), makeRemote('b')];
    const balancer = makeBalancer({ a: 0, b: 0 });
    const orders = await Promise.all([1, 2, 3].map(() => run(balancer, servers, { inputs: 256, spaces: 'others' })));
    expect(orders.map(([first]) => first)).toEqual(['a', 'a', 'a']);
  });

  test('gives a busier server nothing until its own share would make the other one busier', async () => {
    const servers = [makeRemote('a'), makeRemote('b')];
    const balancer = makeBalancer({ a: 0.1, b: 0 });
    const firsts = await Promise.all(
      Array.from({ length: 14 }, async () => (await run(balancer, servers, { inputs: 256 }))[0]),
    );
    // 0.1 of a queue are 3,200 inputs: 12.5 calls.
    expect(firsts.filter((id) => id === 'b')).toHaveLength(13);
    expect(firsts.at(-1)).toBe('a');
  });

  test('ends with its caller', async () => {
    const balancer = new LoadBalancer(() => ({ load: () => new Promise<number>(() => undefined) }));
    const controller = new AbortController();
    const call = { inputs: 1, signal: controller.signal, find: () => undefined };
    const targets = [makeRemote('a'), makeRemote('b')];
    const balanced = catchRejection(balancer.run(targets, call, () => Promise.resolve()));
    controller.abort('stopped');
    expect(await balanced).toBe('stopped');
  });
});
