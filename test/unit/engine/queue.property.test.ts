import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Priority } from '../../../src/api/vocabulary.js';
import type { EmbedCall, Entry } from '../../../src/engine/embed-call.js';
import { EntryQueue } from '../../../src/engine/queue.js';
import { makeCall } from './support.js';

/** What may happen to a queue. `fail` settles one of the calls so far. */
type Step =
  | { readonly kind: 'add'; readonly priority: Priority; readonly sizes: readonly number[] }
  | { readonly kind: 'take'; readonly budget: number }
  | { readonly kind: 'putBack' }
  | { readonly kind: 'fail'; readonly which: number };

const size = fc.integer({ min: 1, max: 60 });
const priority = fc.constantFrom<Priority>('interactive', 'bulk');
const add = fc.record({ kind: fc.constant('add' as const), priority, sizes: fc.array(size, { minLength: 1 }) });
const take = fc.record({ kind: fc.constant('take' as const), budget: fc.integer({ min: 1, max: 120 }) });
const putBack = fc.record({ kind: fc.constant('putBack' as const) });
const fail = fc.record({ kind: fc.constant('fail' as const), which: fc.nat() });

const steps = fc.array(fc.oneof<fc.Arbitrary<Step>[]>(add, take, putBack), { maxLength: 60 });
const stepsWithFailures = fc.array(fc.oneof<fc.Arbitrary<Step>[]>(add, take, putBack, fail), { maxLength: 60 });

/** What a queue gave over a history of steps, after which it was emptied. */
interface Run {
  readonly calls: readonly EmbedCall[];
  /** Every batch that was kept. */
  readonly batches: Entry[][];
  /** Every batch as it was taken, with its budget, also those that were put back. */
  readonly taken: readonly { readonly batch: readonly Entry[]; readonly budget: number }[];
}

/** Takes and puts back as an engine with one worker does: only the latest batch, and only once. */
function run(history: readonly Step[]): Run {
  const queue = new EntryQueue();
  const calls: EmbedCall[] = [];
  const batches: Entry[][] = [];
  const taken: { batch: readonly Entry[]; budget: number }[] = [];
  let mayPutBack = false;
  const takeBatch = (budget: number): boolean => {
    const batch = queue.take(budget);
    expect(batch.filter(({ call }) => call.isSettled)).toEqual([]);
    batches.push(batch);
    taken.push({ batch, budget });
    return true;
  };
  for (const step of history) {
    if (step.kind === 'add') {
      const call = makeCall(step.sizes, { priority: step.priority });
      calls.push(call);
      queue.add(call);
    } else if (step.kind === 'take') {
      mayPutBack = takeBatch(step.budget);
    } else if (step.kind === 'fail') {
      calls[step.which % calls.length]?.fail('gone');
    } else if (mayPutBack) {
      queue.putBack(batches.pop() ?? []);
      mayPutBack = false;
    }
  }
  while (queue.size > 0) takeBatch(50);
  return { calls, batches, taken };
}

function entriesOf(calls: readonly EmbedCall[], lane: Priority): Entry[] {
  return calls.filter((call) => call.priority === lane).flatMap(({ entries }) => entries);
}

function sumTokens(batch: readonly Entry[]): number {
  return batch.reduce((sum, { estimatedTokens }) => sum + estimatedTokens, 0);
}

describe('over any history, EntryQueue', () => {
  test('gives each entry exactly once, each lane in its order', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { calls, batches } = run(history);
        const given = batches.flat();
        for (const lane of ['interactive', 'bulk'] as const) {
          const inLane = given.filter(({ call }) => call.priority === lane);
          const expected = entriesOf(calls, lane);
          expect(inLane.length).toBe(expected.length);
          expect(inLane.every((entry, index) => entry === expected[index])).toBe(true);
        }
      }),
    );
  });

  test('stays within the budget of every batch that has more than one entry', () => {
    fc.assert(
      fc.property(steps, (history) => {
        for (const { batch, budget } of run(history).taken) {
          if (batch.length > 1) expect(sumTokens(batch)).toBeLessThanOrEqual(budget);
        }
      }),
    );
  });

  test('loses no entry of a live call and repeats none, whichever calls are settled meanwhile', () => {
    fc.assert(
      fc.property(stepsWithFailures, (history) => {
        const { calls, batches } = run(history);
        const given = batches.flat();
        expect(new Set(given).size).toBe(given.length);
        for (const call of calls.filter(({ isSettled }) => !isSettled)) {
          expect(given.filter((entry) => entry.call === call).map(({ index }) => index)).toEqual(
            call.entries.map(({ index }) => index),
          );
        }
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
          const given: Entry[] = [];
          let waited = 0;
          while (given.length < bulk.entries.length) {
            queue.add(makeCall(querySizes, { priority: 'interactive' }));
            const batch = queue.take(60).filter(({ call }) => call === bulk);
            waited = batch.length > 0 ? 0 : waited + 1;
            expect(waited).toBeLessThan(4);
            given.push(...batch);
          }
          expect(given.map(({ index }) => index)).toEqual(bulk.entries.map(({ index }) => index));
        },
      ),
    );
  });
});
