/** What keeps the page from answering: tasks of its main thread over 50 ms, as the browser reports them. */
import { sleep } from './sleep.js';

/** The tasks over 50 ms that began while something ran. */
export interface LongTasks {
  readonly count: number;
  /** Milliseconds; 0 when there were none. */
  readonly longestMs: number;
}

/** A task that the browser must report: longer than 50 ms by more than a clock's error. */
const PROOF_MS = 80;
/** Reports come in a task of their own, some time after the task they are about. */
const REPORT_MS = 250;

/**
 * Runs some work and counts the main thread's long tasks meanwhile.
 *
 * @throws Error when the browser doesn't report a long task that was made for it: none would then prove nothing.
 */
export async function watchLongTasks<Value>(
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly longTasks: LongTasks }> {
  const entries: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  observer.observe({ type: 'longtask' });
  try {
    await proveObserving(entries);
    const startedAt = performance.now();
    // In a task of its own, so that what is synchronous in the work counts and what brought us here doesn't.
    await sleep(0);
    const value = await work();
    await sleep(REPORT_MS);
    const durations = entries.filter(({ startTime }) => startTime >= startedAt).map(({ duration }) => duration);
    return { value, longTasks: { count: durations.length, longestMs: Math.max(0, ...durations) } };
  } finally {
    observer.disconnect();
  }
}

async function proveObserving(entries: readonly PerformanceEntry[]): Promise<void> {
  const askedAt = performance.now();
  await sleep(0);
  const startedAt = performance.now();
  while (performance.now() - startedAt < PROOF_MS);
  await sleep(REPORT_MS);
  const isReported = entries.some(({ startTime, duration }) => startTime >= askedAt && duration >= PROOF_MS);
  if (!isReported)
    throw new Error(`Expected the browser to report a task of ${PROOF_MS} ms as a long task, but it reported none.`);
}
