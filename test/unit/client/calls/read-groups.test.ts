import { describe, expect, test } from 'vitest';
import { readGroups, type InputGroup } from '../../../../src/client/calls/read-groups.js';
import type { TargetRequest } from '../../../../src/contract/target.js';
import { createDeferred } from '../../../../src/util/deferred.js';
import { catchRejection } from '../../../support/catch-error.js';

type Item = string | number[];

function check(item: Item): TargetRequest {
  if (item === '') throw new Error('empty');
  return { inputs: [item], truncate: 'end' };
}

async function read(
  source: AsyncIterable<Item> | Iterable<Item>,
  size: number | ((position: number) => number),
): Promise<readonly (readonly [start: number, inputs: TargetRequest['inputs']])[]> {
  const groups: InputGroup[] = [];
  const terms = { check, size: typeof size === 'number' ? () => size : size };
  for await (const group of readGroups(source, terms)) groups.push(group);
  return groups.map(({ start, request }) => [start, request.inputs]);
}

async function* trickle(items: readonly Item[], pauseMs = 0): AsyncGenerator<Item> {
  for (const item of items) {
    yield item;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

describe('readGroups', () => {
  test('groups what is there, as many as fit', async () => {
    const items = ['a', 'b', 'c', 'd', 'e'];
    const groups = [
      [0, ['a', 'b']],
      [2, ['c', 'd']],
      [4, ['e']],
    ];
    expect(await read(items, 2)).toEqual(groups);
    expect(await read(trickle(items), 2)).toEqual(groups);
  });

  test('gives a group away when the source makes it wait', async () => {
    const gate = createDeferred<undefined>();
    async function* source(): AsyncGenerator<Item> {
      yield* ['a', 'b'];
      await gate.promise;
      yield 'c';
    }
    const groups = readGroups(source(), { check, size: () => 10 });
    expect((await groups.next()).value).toMatchObject({ start: 0, request: { inputs: ['a', 'b'] } });
    gate.resolve(undefined);
    expect((await groups.next()).value).toMatchObject({ start: 2, request: { inputs: ['c'] } });
    expect((await groups.next()).done).toBe(true);
  });

  test('asks anew for the size of each group', async () => {
    const groups = await read('abcdefgh'.split(''), (position) => (position === 0 ? 1 : 3));
    expect(groups.map(([, inputs]) => inputs.length)).toEqual([1, 3, 3, 1]);
  });

  test('puts texts and token ids into requests of their own', async () => {
    expect(await read(['a', 'b', [1], [2], 'c'], 10)).toEqual([
      [0, ['a', 'b']],
      [2, [[1], [2]]],
      [4, ['c']],
    ]);
  });

  test.each(['a bad input', 'a source that fails'])('gives what comes before %s, and then its error', async (what) => {
    function* source(): Generator<Item> {
      yield* ['a', 'b'];
      if (what === 'a bad input') yield '';
      throw new Error('empty');
    }
    const groups = readGroups(source(), { check, size: () => 10 });
    expect((await groups.next()).value).toMatchObject({ request: { inputs: ['a', 'b'] } });
    expect(String(await catchRejection(groups.next()))).toContain('empty');
    expect((await groups.next()).done).toBe(true);
  });

  test('closes the source when nobody reads on, and reads no further than it is asked', async () => {
    let given = 0;
    let isClosed = false;
    function* source(): Generator<Item> {
      try {
        for (;;) {
          given += 1;
          yield 'a';
        }
      } finally {
        isClosed = true;
      }
    }
    const groups = readGroups(source(), { check, size: () => 4 });
    await groups.next();
    await groups.return();
    expect([given, isClosed]).toEqual([4, true]);
  });
});
