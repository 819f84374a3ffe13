/** Waits for a job's end, whoever works on it. */
import type { JobResult, JobState, JobWaitOptions } from '../api/jobs.js';
import { disposedError } from '../errors/disposed.js';
import { InferenceFailed, InferenceTimeout } from '../errors/errors.js';
import { startDeadline, waitUnder } from '../util/deadline.js';
import { pause } from '../util/pause.js';
import type { JobRecord } from './job-record.js';
import type { JobRunner } from './job-runner.js';

/** Source: Segmind's client, "600s deadline, 1.0s poll by default". */
const TIMEOUT_MS = 600_000;
const INTERVAL_MS = 1_000;
/** Ample, and nothing a timer can't do. */
const LONGEST_PAUSE_MS = 3600 * 1000;

/** What a wait needs. */
export interface WaitContext {
  readonly runner: JobRunner;
  /** Aborts when the client is disposed of. */
  readonly disposed: AbortSignal;
  /** The job now. @throws NotFoundError `job_not_found`. */
  readonly read: () => Promise<JobRecord>;
  /** What is told of it. */
  readonly describe: (record: JobRecord) => JobState;
  /** The result of a completed job. */
  readonly collect: (record: JobRecord) => Promise<JobResult>;
}

/** The job's result. @throws as `Job.wait()` says; EmbeddingError `disposed`. */
export async function waitForJob(id: string, options: JobWaitOptions, context: WaitContext): Promise<JobResult> {
  const { timeoutMs = TIMEOUT_MS, intervalMs = INTERVAL_MS } = options;
  const { runner, disposed } = context;
  const endsAt = performance.now() + timeoutMs;
  const deadline = startDeadline(options.signal, undefined);
  const onDisposed = (): void => {
    deadline.cancel(disposedError());
  };
  if (disposed.aborted) onDisposed();
  disposed.addEventListener('abort', onDisposed);
  const stopPolling = runner.pollEvery(id, intervalMs);
  try {
    for (;;) {
      const record = await waitUnder(deadline.signal, context.read());
      if (record.status === 'COMPLETED') return await waitUnder(deadline.signal, context.collect(record));
      if (record.status === 'FAILED') throw new InferenceFailed(id, record.detail ?? 'No reason is known.');
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) throw new InferenceTimeout(id, timeoutMs, context.describe(record).detail);
      await untilChange(id, Math.min(intervalMs, leftMs, LONGEST_PAUSE_MS), deadline.signal, runner);
    }
  } finally {
    stopPolling();
    disposed.removeEventListener('abort', onDisposed);
    deadline.clear();
  }
}

/** So long, or until work on the job has stopped here, or the signal aborts. */
async function untilChange(id: string, ms: number, signal: AbortSignal, runner: JobRunner): Promise<void> {
  const change = startDeadline(signal, undefined);
  const stop = runner.onEnded(id, () => {
    change.cancel(undefined);
  });
  await pause(ms, change.signal);
  stop();
  change.clear();
}
