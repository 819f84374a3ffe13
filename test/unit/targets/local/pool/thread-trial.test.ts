import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compareThreads, type TrialSettings } from '../../../../../src/targets/local/pool/thread-trial.js';
import { FakeSide } from '../fake-side.js';

const WINDOW_MS = 1500;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Compares two sides while the fake time goes on. */
async function compare(
  workers: FakeSide,
  threads: FakeSide,
  settings: Partial<TrialSettings> = {},
): ReturnType<typeof compareThreads> {
  const answeredTokens = (): number => workers.answered + threads.answered;
  const result = compareThreads({ workers, threads, answeredTokens, hasWork: () => true, ...settings });
  await vi.advanceTimersByTimeAsync(4 * WINDOW_MS);
  return result;
}

describe('compareThreads', () => {
  test.each<[faster: 'workers' | 'threads', workers: number, threads: number]>([
    ['threads', 10, 20],
    ['threads', 10, 10.6],
    // Not clearly better.
    ['workers', 10, 10.4],
    ['workers', 10, 10],
    ['workers', 10, 3],
    ['workers', 0, 0],
  ])('finds %s faster at %d tokens a millisecond by workers and %d by threads', async (faster, workers, threads) => {
    expect(await compare(new FakeSide(() => workers), new FakeSide(() => threads))).toBe(faster);
  });

  test('runs one side at a time, in turns, and leaves both paused', async () => {
    const [workers, threads] = [new FakeSide(() => 1), new FakeSide(() => 1)];
    const running: string[] = [];
    const answeredTokens = (): number => {
      running.push(`${workers.isRunning ? 'workers' : ''}${threads.isRunning ? 'threads' : ''}`);
      return 0;
    };
    workers.resume();
    const result = compareThreads({ workers, threads, answeredTokens, hasWork: () => true });
    for (const expected of [workers, threads, workers, threads]) {
      await vi.advanceTimersByTimeAsync(WINDOW_MS / 2);
      expect([workers.isRunning, threads.isRunning]).toEqual([expected === workers, expected === threads]);
      await vi.advanceTimersByTimeAsync(WINDOW_MS / 2);
    }
    await result;
    expect(running).toEqual(new Array<string>(8).fill(''));
    expect(workers.asked).toEqual(['resume', 'pause', 'resume', 'pause', 'resume', 'pause']);
    expect(threads.asked).toEqual(['pause', 'resume', 'pause', 'resume', 'pause']);
  });

  test("isn't misled by a device that slows down while it gets warm", async () => {
    const startedAt = performance.now();
    const heat = (): number => 1 - (performance.now() - startedAt) / 20_000;
    const [workers, threads] = [new FakeSide(() => 10 * heat()), new FakeSide(() => 12 * heat())];
    expect(await compare(workers, threads)).toBe('threads');
  });

  test('counts the micro-batch that is still under way when its time is over', async () => {
    const [workers, threads] = [new FakeSide(() => 10), new FakeSide(() => 20)];
    // Threads take twice as long to stop as they were measured, so they are as fast as workers.
    const slow = {
      resume: () => {
        threads.resume();
      },
      pause: async () => {
        if (threads.isRunning) {
          await threads.pause();
          await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
        }
      },
    };
    const answeredTokens = (): number => workers.answered + threads.answered;
    const result = compareThreads({ workers, threads: slow, answeredTokens, hasWork: () => true });
    await vi.advanceTimersByTimeAsync(6 * WINDOW_MS);
    expect(await result).toBe('workers');
  });

  test.each([1, 2])('knows nothing when the work ends in round %i', async (round) => {
    const [workers, threads] = [new FakeSide(() => 10), new FakeSide(() => 20)];
    const hasWork = vi.fn<() => boolean>().mockReturnValue(false);
    for (let before = 1; before < round; before++) hasWork.mockReturnValueOnce(true);
    expect(await compare(workers, threads, { hasWork })).toBeUndefined();
    expect(hasWork).toHaveBeenCalledTimes(round);
    expect([workers.isRunning, threads.isRunning]).toEqual([false, false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
