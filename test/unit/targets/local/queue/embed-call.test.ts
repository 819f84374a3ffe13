import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EmbedProgress } from '../../../../../src/api/embeddings.js';
import { EmbedCall } from '../../../../../src/targets/local/queue/embed-call.js';
import { firstEntry, makeCall, makeRow } from '../support.js';

const reportError = vi.fn<(error: unknown) => void>();

beforeEach(() => {
  reportError.mockReset();
  vi.stubGlobal('reportError', reportError);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function completeAll(call: EmbedCall): void {
  for (const entry of call.entries) call.complete(entry, makeRow(entry.index));
}

describe('EmbedCall', () => {
  test('has an entry per input, with a guess of its tokens', () => {
    const signal = new AbortController().signal;
    const inputs = ['a', 'abcd', 'abcde', [1, 2, 3]];
    const call = new EmbedCall({ inputs, truncate: 'end' }, { signal, priority: 'bulk' });
    expect(call.entries.map(({ index, estimatedTokens, failures }) => [index, estimatedTokens, failures])).toEqual([
      [0, 1, 0],
      [1, 1, 0],
      [2, 2, 0],
      [3, 3, 0],
    ]);
  });

  test('puts every row in its place, whatever the order in which they come', async () => {
    const order = fc.integer({ min: 1, max: 20 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: count },
      ),
    );
    await fc.assert(
      fc.asyncProperty(order, async (indexes) => {
        const call = makeCall(indexes.map(() => 1));
        for (const index of indexes) {
          const entry = call.entries[index];
          if (entry) call.complete(entry, makeRow(index));
        }
        const { vectors, dimensions, tokenCounts, truncated } = await call.rows;
        const expected = indexes.map((_, index) => makeRow(index));
        expect(dimensions).toBe(2);
        expect([...vectors]).toEqual(expected.flatMap(({ vector }) => [...vector]));
        expect([...tokenCounts]).toEqual(expected.map(({ tokenCount }) => tokenCount));
        expect([...truncated]).toEqual(expected.map((row) => row.truncated));
      }),
    );
  });

  test('copies rows, so that their buffer may be used again', async () => {
    const call = makeCall([1]);
    const row = makeRow(7);
    call.complete(firstEntry(call), row);
    row.vector.fill(0);
    expect([...(await call.rows).vectors]).toEqual([7, -7]);
  });

  test('is settled by its last row, not before', () => {
    const call = makeCall([1, 1]);
    call.complete(firstEntry(call), makeRow(0));
    expect(call.isSettled).toBe(false);
    completeAll(call);
    expect(call.isSettled).toBe(true);
  });

  test('rejects with what it failed for, untouched', async () => {
    const call = makeCall([1]);
    const reason = { some: 'reason' };
    call.fail(reason);
    expect(call.isSettled).toBe(true);
    await expect(call.rows).rejects.toBe(reason);
  });

  test('keeps the first failure', async () => {
    const call = makeCall([1]);
    call.fail('first');
    call.fail('second');
    await expect(call.rows).rejects.toBe('first');
  });

  test('stays answered when a failure comes later', async () => {
    const call = makeCall([1]);
    completeAll(call);
    call.fail('late');
    await expect(call.rows).resolves.toMatchObject({ dimensions: 2 });
  });

  test('stays failed when rows come later, and reports no progress for them', async () => {
    const onProgress = vi.fn<(progress: EmbedProgress) => void>();
    const call = makeCall([1], { onProgress });
    call.fail('gone');
    completeAll(call);
    await expect(call.rows).rejects.toBe('gone');
    expect(onProgress).not.toHaveBeenCalled();
  });

  test('reports progress once per input', () => {
    const onProgress = vi.fn<(progress: EmbedProgress) => void>();
    completeAll(makeCall([1, 1, 1], { onProgress }));
    expect(onProgress.mock.calls).toEqual([
      [{ completed: 1, total: 3 }],
      [{ completed: 2, total: 3 }],
      [{ completed: 3, total: 3 }],
    ]);
  });

  test("isn't disturbed by a progress callback that throws, which the page hears of", async () => {
    const error = new Error("the app's fault");
    const onProgress = (): never => {
      throw error;
    };
    const call = makeCall([1, 1], { onProgress });
    completeAll(call);
    await expect(call.rows).resolves.toMatchObject({ dimensions: 2 });
    expect(reportError.mock.calls).toEqual([[error], [error]]);
  });

  test.each([1, 2])('rejects when a progress callback ends the call at input %i of 2', async (last) => {
    const call: EmbedCall = makeCall([1, 1], {
      onProgress: ({ completed }) => {
        if (completed === last) call.fail('enough');
      },
    });
    completeAll(call);
    await expect(call.rows).rejects.toBe('enough');
    expect(reportError).not.toHaveBeenCalled();
  });
});
