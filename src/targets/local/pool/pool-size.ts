/** How many workers a device can take, and when another one pays. Pure. */

/** What bounds the number of workers. */
export interface PoolLimits {
  /** Logical cores. */
  readonly cores: number;
  /** What all workers together may take. */
  readonly workersMemoryBytes: number;
  /** What one takes. */
  readonly workerBytes: number;
}

/** How many workers a pool may have at once, each at least one. */
export interface PoolSize {
  /** For all work. */
  readonly workers: number;
  /** Together with the one for queries alone. */
  readonly withExpress: number;
}

/** A few more would wait for the same memory bus. */
const MAX_WORKERS = 8;

/** What a device can take of workers of one thread each. */
export function choosePoolSize({ cores, workersMemoryBytes, workerBytes }: PoolLimits): PoolSize {
  // One core is left to the page where there are enough of them.
  const byCores = cores > 2 ? cores - 1 : cores;
  const byMemory = Math.max(1, Math.floor(workersMemoryBytes / workerBytes));
  const workers = Math.min(MAX_WORKERS, byCores, byMemory);
  return { workers, withExpress: Math.min(workers + 1, byMemory) };
}

/** What an app asks for by a number: more workers than cores would only take turns. */
export function allowWorkers(asked: number, cores: number): PoolSize {
  const workers = Math.min(asked, cores);
  return { workers, withExpress: workers + 1 };
}

/** Whether another worker pays: when each of those running has more to do than it takes to start one. */
export function isAnotherWorthIt(
  waitingTokens: number,
  tokensPerMs: number | undefined,
  running: number,
  minWaitMs: number,
): boolean {
  return tokensPerMs !== undefined && waitingTokens / tokensPerMs / running > minWaitMs;
}
