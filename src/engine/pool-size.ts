/** How many workers a device can take, and when another one pays. Pure. */
import type { RuntimeName } from '../api/vocabulary.js';
import { estimateWorkerBytes } from '../models/worker-memory.js';

/** What bounds the number of workers. */
export interface PoolLimits {
  /** Logical cores. */
  readonly cores: number;
  /** The device's memory in GiB where the browser tells, at most 8. Source: Device Memory API. */
  readonly memoryGib: number | undefined;
  /** Bytes of the model's files. */
  readonly modelBytes: number;
  readonly runtime: RuntimeName;
}

/** A few more would wait for the same memory bus. */
const MOST_WORKERS = 8;
/** A page that takes more of a device is in danger of being ended. */
const MEMORY_SHARE = 0.25;

/** The most workers of one thread each that should run at once, at least one. */
export function choosePoolSize({ cores, memoryGib, modelBytes, runtime }: PoolLimits): number {
  // One core is left to the page where there are enough of them.
  const byCores = cores > 2 ? cores - 1 : cores;
  const workerBytes = estimateWorkerBytes(modelBytes, runtime);
  const byMemory =
    memoryGib === undefined ? MOST_WORKERS : Math.floor((memoryGib * 2 ** 30 * MEMORY_SHARE) / workerBytes);
  return Math.max(1, Math.min(MOST_WORKERS, byCores, byMemory));
}

/** More threads than this gain little on the small matrices of a short text. Source: onnxruntime-web 1.31, its own limit. */
const MOST_THREADS = 4;

/** Threads one worker should use where it may use several. */
export function countThreads(cores: number): number {
  return Math.min(MOST_THREADS, cores);
}

/** Starting a worker takes about a second with ONNX Runtime, much less without: the work that waits should take longer. */
export const LEAST_WAIT_MS: Readonly<Record<RuntimeName, number>> = { onnxruntime: 2000, kernel: 600 };

/** Whether another worker pays: when each of those running has more to do than it takes to start one. */
export function isAnotherWorthIt(
  waitingTokens: number,
  tokensPerMs: number | undefined,
  running: number,
  leastWaitMs: number,
): boolean {
  return tokensPerMs !== undefined && waitingTokens / tokensPerMs / running > leastWaitMs;
}
