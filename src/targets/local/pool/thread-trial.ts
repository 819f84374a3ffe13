/** Several workers of one thread, or one worker of several threads? Measured on the work that waits anyway. */

/** One way to work through the queue. */
export interface TrialSide {
  resume(): void;
  /** Resolves when nothing of it runs any more. */
  pause(): Promise<void>;
}

/** What is compared. */
export interface TrialSettings {
  readonly workers: TrialSide;
  readonly threads: TrialSide;
  /** Estimated tokens both have answered so far. */
  readonly answeredTokens: () => number;
  /** Whether there is still enough to measure by. */
  readonly hasWork: () => boolean;
}

/** Long against a micro-batch, of which the first and the last are counted wrongly. */
const WINDOW_MS = 1500;
/** The sides take turns, since a device gets slower while it gets warm. */
const ROUNDS = 2;
/** Threads hold more memory back from the page and need isolation, so they must be clearly better. */
const MIN_GAIN = 1.05;

/** The faster side; undefined when the work ended before that was known. Both sides are paused at the end. */
export async function compareThreads({
  workers,
  threads,
  answeredTokens,
  hasWork,
}: TrialSettings): Promise<'workers' | 'threads' | undefined> {
  let workersRate = 0;
  let threadsRate = 0;
  await Promise.all([workers.pause(), threads.pause()]);
  for (let round = 0; round < ROUNDS; round++) {
    workersRate += await measure(workers, answeredTokens);
    threadsRate += await measure(threads, answeredTokens);
    if (!hasWork()) return undefined;
  }
  return threadsRate > workersRate * MIN_GAIN ? 'threads' : 'workers';
}

/** Tokens per millisecond. */
async function measure(side: TrialSide, answeredTokens: () => number): Promise<number> {
  const startedAt = performance.now();
  const before = answeredTokens();
  side.resume();
  await new Promise((resolve) => {
    setTimeout(resolve, WINDOW_MS);
  });
  await side.pause();
  return (answeredTokens() - before) / (performance.now() - startedAt);
}
