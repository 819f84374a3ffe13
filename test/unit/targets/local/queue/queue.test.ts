import { describe, expect, test } from 'vitest';
import type { Priority } from '../../../../../src/api/vocabulary.js';
import { EntryQueue } from '../../../../../src/targets/local/queue/queue.js';
import { makeCall } from '../support.js';

function opposite(priority: Priority): Priority {
  return priority === 'bulk' ? 'interactive' : 'bulk';
}

describe('EntryQueue', () => {
  test('is empty at first', () => {
    const queue = new EntryQueue();
    expect(queue.size).toBe(0);
    expect(queue.take(100)).toEqual([]);
    expect(queue.tokens).toBe(0);
  });

  test('takes entries of one length in the order they came, within the budget', () => {
    const queue = new EntryQueue();
    const [first, second] = [makeCall([10, 10]), makeCall([10, 10])];
    queue.add(first);
    queue.add(second);
    expect(queue.size).toBe(4);
    expect(queue.take(30)).toEqual([...first.entries, second.entries[0]]);
    expect(queue.take(30)).toEqual([second.entries[1]]);
    expect(queue.size).toBe(0);
  });

  test.each<[what: string, sizes: number[], budget: number, batches: number[][]]>([
    ['takes those nearest to the oldest in length along', [10, 40, 11, 9, 40], 30, [[10, 11, 9], [40], [40]]],
    ['fills up with others when the budget allows', [10, 40, 11], 100, [[10, 11, 40]]],
    ['ends at the nearest one that goes over the budget', [10, 12, 90, 14], 30, [[10, 12], [90], [14]]],
    ['begins with the oldest, though others fill a batch better', [90, 10, 10, 10], 30, [[90], [10, 10, 10]]],
    ['keeps what it left in the order it came', [10, 50, 30, 10], 20, [[10, 10], [50], [30]]],
  ])('%s', (_what, sizes, budget, batches) => {
    const queue = new EntryQueue();
    queue.add(makeCall(sizes));
    const taken = batches.map(() => queue.take(budget).map(({ estimatedTokens }) => estimatedTokens));
    expect(taken).toEqual(batches);
    expect(queue.size).toBe(0);
  });

  test('looks for like lengths in the call that waits behind, too', () => {
    const queue = new EntryQueue();
    const [first, second] = [makeCall([10, 50]), makeCall([50, 10])];
    queue.add(first);
    queue.add(second);
    expect(queue.take(20)).toEqual([first.entries[0], second.entries[1]]);
    expect(queue.take(100)).toEqual([first.entries[1], second.entries[0]]);
  });

  test('looks at the next 256 entries that want an answer, and no further', () => {
    for (const between of [254, 255]) {
      const queue = new EntryQueue();
      const [oldest, gone, others, alike] = [[10], [10, 10], new Array<number>(between).fill(99), [10]].map((sizes) =>
        makeCall(sizes),
      );
      for (const call of [oldest, gone, others, alike]) if (call) queue.add(call);
      gone?.fail('gone');
      const expected = between === 254 ? [oldest, alike] : [oldest];
      expect(queue.take(50).map(({ call }) => call)).toEqual(expected);
    }
  });

  test.each([
    ['fills the budget to the last token', [10, 10], 20, 2],
    ['stops before the entry that goes over it', [10, 10], 19, 1],
    ['takes an entry that is larger than the budget alone', [50, 1], 20, 1],
  ])('%s', (_what, sizes, budget, count) => {
    const queue = new EntryQueue();
    const call = makeCall(sizes);
    queue.add(call);
    expect(queue.take(budget)).toEqual(call.entries.slice(0, count));
  });

  test('lets interactive entries overtake bulk ones', () => {
    const queue = new EntryQueue();
    const [bulk, interactive] = [makeCall([1, 1]), makeCall([1], { priority: 'interactive' })];
    queue.add(bulk);
    queue.add(interactive);
    expect(queue.take(100)).toEqual(interactive.entries);
    expect(queue.take(100)).toEqual(bulk.entries);
  });

  test('never mixes the lanes in one batch', () => {
    const queue = new EntryQueue();
    queue.add(makeCall([1, 1], { priority: 'interactive' }));
    queue.add(makeCall([1, 1]));
    for (let turn = 0; turn < 2; turn++) {
      expect(new Set(queue.take(100).map(({ call }) => call.priority)).size).toBe(1);
    }
    expect(queue.size).toBe(0);
  });

  test('counts each lane by itself', () => {
    const queue = new EntryQueue();
    queue.add(makeCall([1, 1]));
    queue.add(makeCall([1], { priority: 'interactive' }));
    expect([queue.sizeOf('interactive'), queue.sizeOf('bulk')]).toEqual([1, 2]);
    queue.take(100);
    expect([queue.sizeOf('interactive'), queue.sizeOf('bulk')]).toEqual([0, 2]);
  });

  test.each(['interactive', 'bulk'] as const)('takes from the %s lane only when asked to', (only) => {
    const queue = new EntryQueue();
    const [one, other] = [makeCall([1], { priority: only }), makeCall([1], { priority: opposite(only) })];
    queue.add(other);
    queue.add(one);
    expect(queue.take(100, only)).toEqual(one.entries);
    expect(queue.take(100, only)).toEqual([]);
    expect(queue.take(100)).toEqual(other.entries);
  });

  test("doesn't use bulk's turns up by taking from one lane only", () => {
    const queue = new EntryQueue();
    queue.add(makeCall(new Array<number>(4).fill(1)));
    queue.add(makeCall(new Array<number>(20).fill(1), { priority: 'interactive' }));
    const turns = Array.from({ length: 4 }, () => {
      queue.take(1, 'interactive');
      return queue.take(1)[0]?.call.priority;
    });
    expect(turns).toEqual(['interactive', 'interactive', 'interactive', 'bulk']);
  });

  test('gives bulk every fourth turn while interactive entries wait', () => {
    const queue = new EntryQueue();
    queue.add(makeCall(new Array<number>(8).fill(1)));
    queue.add(makeCall(new Array<number>(8).fill(1), { priority: 'interactive' }));
    const turns = Array.from({ length: 8 }, () => queue.take(1)[0]?.call.priority);
    const cycle = ['interactive', 'interactive', 'interactive', 'bulk'];
    expect(turns).toEqual([...cycle, ...cycle]);
  });

  test("gives bulk's turn to interactive entries when no bulk waits", () => {
    const queue = new EntryQueue();
    queue.add(makeCall(new Array<number>(4).fill(1), { priority: 'interactive' }));
    const turns = Array.from({ length: 4 }, () => queue.take(1).length);
    expect(turns).toEqual([1, 1, 1, 1]);
  });

  test('puts entries back in front of their lane, in their order', () => {
    const queue = new EntryQueue();
    const [first, second] = [makeCall([1, 1]), makeCall([1])];
    queue.add(first);
    const batch = queue.take(100);
    queue.add(second);
    queue.putBack(batch);
    expect(queue.take(100)).toEqual([...first.entries, ...second.entries]);
  });

  test('puts entries of both lanes back where they came from', () => {
    const queue = new EntryQueue();
    const [bulk, interactive] = [makeCall([1]), makeCall([1], { priority: 'interactive' })];
    queue.putBack([...bulk.entries, ...interactive.entries]);
    expect(queue.take(100)).toEqual(interactive.entries);
    expect(queue.take(100)).toEqual(bulk.entries);
  });

  test.each(['interactive', 'bulk'] as const)('drops the entries of settled %s calls', (priority) => {
    const queue = new EntryQueue();
    const [gone, alive] = [makeCall([1, 1], { priority }), makeCall([1], { priority })];
    queue.add(gone);
    queue.add(alive);
    gone.fail('gone');
    expect(queue.take(100)).toEqual(alive.entries);
    expect(queue.size).toBe(0);
  });

  test('drops entries of settled calls that were put back', () => {
    const queue = new EntryQueue();
    const call = makeCall([1, 1]);
    queue.add(call);
    const batch = queue.take(1);
    call.fail('gone');
    queue.putBack(batch);
    expect(queue.take(100)).toEqual([]);
    expect(queue.size).toBe(0);
  });

  test('forgets every entry at once', () => {
    const queue = new EntryQueue();
    const [bulk, interactive] = [makeCall([1, 1]), makeCall([1], { priority: 'interactive' })];
    queue.add(bulk);
    queue.add(interactive);
    expect(queue.tokens).toBe(3);
    queue.clear();
    expect([queue.size, queue.tokens]).toEqual([0, 0]);
    expect(queue.take(100)).toEqual([]);
  });

  test('counts the work that waits, through takes and what is put back', () => {
    const queue = new EntryQueue();
    queue.add(makeCall([10, 20, 30]));
    const batch = queue.take(30);
    expect([batch.length, queue.size, queue.tokens]).toEqual([2, 1, 30]);
    queue.putBack(batch);
    expect([queue.size, queue.tokens]).toEqual([3, 60]);
    expect(queue.take(30)).toEqual(batch);
  });

  test.each(['interactive', 'bulk'] as const)('forgets what waits of a settled %s call at once', (priority) => {
    const queue = new EntryQueue();
    const [gone, alive] = [makeCall([10, 20, 30], { priority }), makeCall([30], { priority })];
    queue.add(gone);
    queue.add(alive);
    const taken = queue.take(10);
    expect(taken).toEqual([gone.entries[0]]);
    gone.fail('gone');
    queue.forget(gone);
    expect([queue.size, queue.tokens, queue.sizeOf(priority)]).toEqual([1, 30, 1]);
    queue.putBack(taken);
    queue.forget(gone);
    expect([queue.size, queue.tokens]).toEqual([1, 30]);
    expect(queue.take(100)).toEqual(alive.entries);
    expect([queue.size, queue.tokens]).toEqual([0, 0]);
  });

  test('counts right where a call is forgotten after some of its entries were dropped in their turn', () => {
    const queue = new EntryQueue();
    const [gone, alive] = [makeCall([10, 20]), makeCall([30, 40])];
    queue.add(gone);
    queue.add(alive);
    gone.fail('gone');
    expect(queue.take(30)).toEqual([alive.entries[0]]);
    queue.forget(gone);
    expect([queue.size, queue.tokens]).toEqual([1, 40]);
  });

  test('keeps the order of others while calls among them are forgotten', () => {
    const queue = new EntryQueue();
    const calls = Array.from({ length: 40 }, (_, index) => makeCall([1, 1].map((size) => size + (index % 2))));
    for (const call of calls) queue.add(call);
    const kept = calls.filter((_, index) => index % 4 === 0);
    for (const call of calls.filter((each) => !kept.includes(each))) {
      call.fail('gone');
      queue.forget(call);
    }
    expect(queue.size).toBe(20);
    expect(Array.from({ length: 20 }, () => queue.take(1)).flat()).toEqual(kept.flatMap(({ entries }) => entries));
    expect(queue.take(1)).toEqual([]);
  });

  test('takes entries over which a worker has failed alone, and none of them along with others', () => {
    const queue = new EntryQueue();
    const [suspects, others] = [makeCall([10, 10]), makeCall([10, 10])];
    queue.add(suspects);
    const batch = queue.take(100);
    queue.add(others);
    for (const entry of batch) entry.failures += 1;
    queue.putBack(batch);
    expect([queue.take(100), queue.take(100)]).toEqual(suspects.entries.map((entry) => [entry]));
    expect(queue.take(100)).toEqual(others.entries);
    const [first, second] = others.entries;
    if (second) second.failures = 1;
    queue.putBack(others.entries);
    expect([queue.take(100), queue.take(100)]).toEqual([[first], [second]]);
  });

  test('keeps its order over many more entries than it holds on to', () => {
    const queue = new EntryQueue();
    const call = makeCall(new Array<number>(5000).fill(1));
    queue.add(call);
    const taken = Array.from({ length: 50 }, () => queue.take(100)).flat();
    expect(taken).toEqual(call.entries);
    expect(queue.size).toBe(0);
  });
});
