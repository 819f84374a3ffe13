import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRIORITIES, type Priority } from '../../../../../src/api/vocabulary.js';
import type { EmbedCall, Entry } from '../../../../../src/targets/local/queue/embed-call.js';
import { EntryQueue } from '../../../../../src/targets/local/queue/queue.js';
import { makeCall } from '../support.js';

/** What may happen to a queue. `fail` settles one of the calls so far. */
type Step =
  | { readonly kind: 'add'; readonly priority: Priority; readonly sizes: readonly number[] }
  | { readonly kind: 'take'; readonly budget: number }
  | { readonly kind: 'putBack' }
  | { readonly kind: 'fail'; readonly which: number };

/** How many entries of a lane the queue looks at. */
const LOOKAHEAD = 256;

const size = fc.integer({ min: 1, max: 60 });
const priority = fc.constantFrom<Priority>(...PRIORITIES);
const few = fc.array(size, { minLength: 1, maxLength: 30, size: 'max' });
/** More than a lane looks at, and some more than it holds on to. */
const many = fc
  .tuple(fc.array(size, { minLength: 2, maxLength: 9 }), fc.integer({ min: 200, max: 1200 }))
  .map(([sizes, count]) => Array.from({ length: count }, (_, index) => sizes[index % sizes.length] ?? 1));
const sizes = fc.oneof({ weight: 29, arbitrary: few }, { weight: 1, arbitrary: many });
const add = fc.record({ kind: fc.constant('add' as const), priority, sizes });
const take = fc.record({ kind: fc.constant('take' as const), budget: fc.integer({ min: 1, max: 120 }) });
const putBack = fc.record({ kind: fc.constant('putBack' as const) });
const fail = fc.record({ kind: fc.constant('fail' as const), which: fc.nat() });

const steps = fc.array(fc.oneof<fc.Arbitrary<Step>[]>(add, take, take, putBack), { maxLength: 40, size: 'max' });
const stepsWithFailures = fc.array(fc.oneof<fc.Arbitrary<Step>[]>(add, take, take, putBack, fail), {
  maxLength: 40,
  size: 'max',
});

/** One batch as it was taken. */
interface Take {
  readonly batch: readonly Entry[];
  readonly budget: number;
  /** What waited in the batch's lane and still wanted an answer, in its order, the batch included. */
  readonly waiting: readonly Entry[];
}

/** What a queue gave over a history of steps, after which it was emptied. */
interface Run {
  readonly calls: readonly EmbedCall[];
  /** Every batch, also those that were put back. */
  readonly takes: readonly Take[];
  /** The entries of every batch that was kept. */
  readonly given: readonly Entry[];
}

/** Takes and puts back as an engine with one worker does: only the latest batch, and only once. */
function run(history: readonly Step[]): Run {
  const queue = new EntryQueue();
  const calls: EmbedCall[] = [];
  const takes: Take[] = [];
  const given = new Set<Entry>();
  let lanes: Readonly<Record<Priority, readonly Entry[]>> = { interactive: [], bulk: [] };
  let latest: readonly Entry[] = [];
  const takeBatch = (budget: number): void => {
    const batch = queue.take(budget);
    const lane = batch[0]?.call.priority ?? 'bulk';
    takes.push({ batch, budget, waiting: lanes[lane].filter(({ call }) => !call.isSettled) });
    const taken = new Set(batch);
    lanes = { ...lanes, [lane]: lanes[lane].filter((entry) => !taken.has(entry)) };
    for (const entry of batch) given.add(entry);
    latest = batch;
  };
  for (const step of history) {
    if (step.kind === 'add') {
      const call = makeCall(step.sizes, { priority: step.priority });
      calls.push(call);
      queue.add(call);
      lanes = { ...lanes, [step.priority]: [...lanes[step.priority], ...call.entries] };
    } else if (step.kind === 'take') {
      takeBatch(step.budget);
    } else if (step.kind === 'fail') {
      calls[step.which % calls.length]?.fail('gone');
    } else {
      const lane = latest[0]?.call.priority ?? 'bulk';
      queue.putBack(latest);
      lanes = { ...lanes, [lane]: [...latest, ...lanes[lane]] };
      for (const entry of latest) given.delete(entry);
      latest = [];
    }
  }
  while (queue.size > 0) takeBatch(50);
  expect(queue.tokens).toBe(0);
  return { calls, takes, given: [...given] };
}

function sumTokens(batch: readonly Entry[]): number {
  return batch.reduce((sum, { estimatedTokens }) => sum + estimatedTokens, 0);
}

/** How far an entry's length is from that of the one that waits longest. */
function distance({ estimatedTokens }: Entry, [oldest]: readonly Entry[]): number {
  return Math.abs(estimatedTokens - (oldest?.estimatedTokens ?? 0));
}

/** What was looked at and not taken. */
function listLeft(batch: readonly Entry[], waiting: readonly Entry[]): Entry[] {
  const taken = new Set(batch);
  return waiting.slice(0, LOOKAHEAD).filter((entry) => !taken.has(entry));
}

/** Checks every batch of every history. */
function forEachTake(check: (take: Take) => void): void {
  fc.assert(
    fc.property(stepsWithFailures, (history) => {
      run(history).takes.forEach(check);
    }),
  );
}

describe('over any history, EntryQueue', () => {
  test('gives each entry exactly once', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { calls, given } = run(history);
        const added = calls.flatMap(({ entries }) => entries);
        const all = new Set(given);
        // That nothing is given twice follows from the next test: what was taken no longer waits.
        expect(added.filter((entry) => !all.has(entry))).toEqual([]);
        expect(given.length).toBe(added.length);
      }),
    );
  });

  test('gives only what waits, nothing twice in a batch, and nothing of settled calls', () => {
    forEachTake(({ batch, waiting }) => {
      const wanted = new Set(waiting);
      expect(batch.filter((entry) => !wanted.has(entry))).toEqual([]);
      expect(new Set(batch).size).toBe(batch.length);
    });
  });

  test('stays within the budget of every batch that has more than one entry', () => {
    forEachTake(({ batch, budget }) => {
      if (batch.length > 1) expect(sumTokens(batch)).toBeLessThanOrEqual(budget);
    });
  });

  test('begins every batch with the entry of its lane that waits longest, so that none starves', () => {
    forEachTake(({ batch, waiting }) => {
      expect(batch[0] === waiting[0]).toBe(true);
    });
  });

  test('takes those nearest to the oldest in length, of what it looks at', () => {
    forEachTake(({ batch, waiting }) => {
      const farthest = Math.max(0, ...batch.map((entry) => distance(entry, waiting)));
      expect(listLeft(batch, waiting).filter((entry) => distance(entry, waiting) < farthest)).toEqual([]);
    });
  });

  test('leaves the next nearest behind only when it goes over the budget', () => {
    forEachTake(({ batch, waiting, budget }) => {
      const [next] = listLeft(batch, waiting).toSorted((a, b) => distance(a, waiting) - distance(b, waiting));
      if (next) expect(sumTokens([...batch, next])).toBeGreaterThan(budget);
    });
  });

  test('loses no entry of a live call, whichever calls are settled meanwhile', () => {
    fc.assert(
      fc.property(stepsWithFailures, (history) => {
        const { calls, given } = run(history);
        const all = new Set(given);
        const live = calls.filter(({ isSettled }) => !isSettled).flatMap(({ entries }) => entries);
        expect(live.filter((entry) => !all.has(entry))).toEqual([]);
      }),
    );
  });

  test('lets bulk work end although interactive work keeps coming', () => {
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 15 }),
        fc.array(size, { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 7 }),
        (bulkSizes, querySizes, turnsBefore) => {
          const queue = new EntryQueue();
          for (let turn = 0; turn < turnsBefore; turn++) queue.take(1);
          const bulk = makeCall(bulkSizes);
          queue.add(bulk);
          const given = new Set<Entry>();
          let waited = 0;
          while (given.size < bulk.entries.length) {
            queue.add(makeCall(querySizes, { priority: 'interactive' }));
            const batch = queue.take(60).filter(({ call }) => call === bulk);
            waited = batch.length > 0 ? 0 : waited + 1;
            expect(waited).toBeLessThan(4);
            for (const entry of batch) given.add(entry);
          }
          expect(given).toEqual(new Set(bulk.entries));
        },
      ),
    );
  });
});
