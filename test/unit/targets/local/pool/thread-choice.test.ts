import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ThreadChoice,
  type ThreadSettings,
  type TrialPool,
} from '../../../../../src/targets/local/pool/thread-choice.js';
import type { WorkerLoop } from '../../../../../src/targets/local/pool/worker-loop.js';
import type { ReadyWorker } from '../../../../../src/targets/local/pool/worker-handle.js';
import { EmbeddingError } from '../../../../../src/errors/errors.js';
import { createDeferred } from '../../../../../src/util/deferred.js';
import { FakeSide } from '../fake-side.js';

const TRIAL_MS = 4 * 1500;

/** A threaded worker whose script never runs. */
class FakeLoop extends FakeSide {
  readonly started = createDeferred<ReadyWorker>();
  readonly end = vi.fn<WorkerLoop['end']>();

  ready(): Promise<ReadyWorker> {
    return this.started.promise;
  }
}

/** A pool whose work can be looked at and ended. */
interface FakePool {
  readonly workers: FakeSide;
  readonly threaded: FakeLoop;
  readonly createThreaded: ReturnType<typeof vi.fn<TrialPool['createThreaded']>>;
  readonly onThreadsWon: ReturnType<typeof vi.fn<TrialPool['onThreadsWon']>>;
  readonly answeredTokens: () => number;
  readonly tokensPerMs: number;
  waitingTokens: () => number;
}

/** @param rates - tokens a millisecond of either side. */
function makePool(rates: { workers: number; threads: number }, tokensPerMs: number = 10): FakePool {
  const workers = new FakeSide(() => rates.workers);
  const threaded = new FakeLoop(() => rates.threads);
  workers.resume();
  return {
    workers,
    threaded,
    // The choice uses no more of a loop than the fake has.
    createThreaded: vi.fn<TrialPool['createThreaded']>(() => threaded as unknown as WorkerLoop),
    onThreadsWon: vi.fn<TrialPool['onThreadsWon']>(),
    answeredTokens: () => workers.answered + threaded.answered,
    tokensPerMs,
    waitingTokens: () => 1e6,
  };
}

const remember = vi.fn<ThreadSettings['remember']>();

function makeChoice(remembered?: 'workers' | 'threads'): ThreadChoice {
  return new ThreadChoice({ count: 4, recall: () => remembered, remember });
}

beforeEach(() => {
  vi.useFakeTimers();
  remember.mockReset();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('ThreadChoice before it is made', () => {
  test.each<[what: string, choice: () => ThreadChoice, initial: number | undefined, usesThreads: boolean]>([
    ['leaves threads to ONNX Runtime where none may be chosen', () => new ThreadChoice(undefined), undefined, false],
    ['begins with workers of one thread', () => makeChoice(), 1, false],
    ['begins with workers that were remembered', () => makeChoice('workers'), 1, false],
    ['begins with threads that were remembered', () => makeChoice('threads'), 4, true],
  ])('%s', (_what, choice, initial, usesThreads) => {
    expect(choice().initial).toBe(initial);
    expect(choice().usesThreads).toBe(usesThreads);
  });

  test.each<[what: string, choice: () => ThreadChoice, waitingTokens: number]>([
    ['where none may be chosen', () => new ThreadChoice(undefined), 1e6],
    ['when workers were remembered', () => makeChoice('workers'), 1e6],
    ['when threads were remembered', () => makeChoice('threads'), 1e6],
    ['when less than 20 s of work wait', () => makeChoice(), 199_999],
  ])('compares nothing %s', async (_what, choice, waitingTokens) => {
    const pool = { ...makePool({ workers: 10, threads: 20 }), waitingTokens: () => waitingTokens };
    choice().compare(pool);
    await vi.advanceTimersByTimeAsync(TRIAL_MS);
    expect(pool.createThreaded).not.toHaveBeenCalled();
    expect(pool.workers.asked).toEqual(['resume']);
  });
});

describe('ThreadChoice.compare()', () => {
  test('lets workers work on while the threaded one starts', async () => {
    const pool = makePool({ workers: 10, threads: 20 });
    makeChoice().compare({ ...pool, waitingTokens: () => 200_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pool.createThreaded.mock.calls).toEqual([[4, expect.any(Function)]]);
    expect([pool.workers.isRunning, pool.threaded.isRunning]).toEqual([true, false]);
  });

  test('gives the work to threads when they are faster', async () => {
    const pool = makePool({ workers: 10, threads: 20 });
    const choice = makeChoice();
    choice.compare(pool);
    pool.threaded.started.resolve({} as ReadyWorker);
    await vi.advanceTimersByTimeAsync(TRIAL_MS);
    expect(remember.mock.calls).toEqual([['threads']]);
    expect(choice.usesThreads).toBe(true);
    expect(choice.initial).toBe(4);
    expect(pool.onThreadsWon.mock.calls).toEqual([[pool.threaded]]);
    expect(pool.threaded.end).not.toHaveBeenCalled();
    expect([pool.workers.isRunning, pool.threaded.isRunning]).toEqual([false, true]);
  });

  test('ends the threaded worker when the others are faster', async () => {
    const pool = makePool({ workers: 20, threads: 10 });
    const choice = makeChoice();
    choice.compare(pool);
    pool.threaded.started.resolve({} as ReadyWorker);
    await vi.advanceTimersByTimeAsync(TRIAL_MS);
    expect(remember.mock.calls).toEqual([['workers']]);
    expect([choice.usesThreads, choice.initial]).toEqual([false, 1]);
    expect(pool.onThreadsWon).not.toHaveBeenCalled();
    expect(pool.threaded.end).toHaveBeenCalledOnce();
    expect([pool.workers.isRunning, pool.threaded.isRunning]).toEqual([true, false]);
  });

  test('is made once', async () => {
    const pool = makePool({ workers: 20, threads: 10 });
    const choice = makeChoice();
    choice.compare(pool);
    choice.compare(pool);
    pool.threaded.started.resolve({} as ReadyWorker);
    await vi.advanceTimersByTimeAsync(TRIAL_MS);
    choice.compare(pool);
    expect(pool.createThreaded).toHaveBeenCalledOnce();
  });
});

describe('ThreadChoice goes on with workers and remembers nothing', () => {
  /** Runs the comparison to its end, and checks what every such end has in common. */
  async function expectNothingLearned(pool: FakePool, interfere: (choice: ThreadChoice) => void): Promise<void> {
    const choice = makeChoice();
    choice.compare(pool);
    interfere(choice);
    await vi.advanceTimersByTimeAsync(TRIAL_MS);
    expect(remember).not.toHaveBeenCalled();
    expect(pool.onThreadsWon).not.toHaveBeenCalled();
    expect(choice.usesThreads).toBe(false);
    expect(pool.threaded.end).toHaveBeenCalled();
    expect([pool.workers.isRunning, pool.threaded.isRunning]).toEqual([true, false]);
    expect(vi.getTimerCount()).toBe(0);
  }

  test("when the threaded worker can't be started", async () => {
    const pool = makePool({ workers: 10, threads: 20 });
    await expectNothingLearned(pool, () => {
      pool.threaded.started.reject(new EmbeddingError('worker_died', 'Out of memory.'));
    });
  });

  test('when the threaded worker fails while it is measured', async () => {
    const pool = makePool({ workers: 10, threads: 20 });
    await expectNothingLearned(pool, () => {
      pool.threaded.started.resolve({} as ReadyWorker);
      pool.createThreaded.mock.calls[0]?.[1](new EmbeddingError('worker_died', 'Out of memory.'));
    });
  });

  test('when the work ends before they are compared', async () => {
    const pool = makePool({ workers: 10, threads: 20 });
    await expectNothingLearned(pool, () => {
      pool.waitingTokens = () => 0;
      pool.threaded.started.resolve({} as ReadyWorker);
    });
  });

  test('when the engine ends meanwhile, and the threaded worker with it', async () => {
    const pool = makePool({ workers: 10, threads: 20 });
    const reason = new EmbeddingError('disposed', 'Disposed of.');
    await expectNothingLearned(pool, (choice) => {
      choice.end(reason);
      expect(pool.threaded.end.mock.calls).toEqual([[reason]]);
      pool.threaded.started.reject(reason);
    });
  });
});

test('ThreadChoice.end() has nothing to end when nothing is tried', () => {
  expect(() => {
    makeChoice().end(new EmbeddingError('disposed', 'Disposed of.'));
  }).not.toThrow();
});
