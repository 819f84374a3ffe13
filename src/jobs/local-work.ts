/** Works on a job part by part, on whichever target answers; begins where it was left. */
import type { JobBackend } from './job-backend.js';
import type { JobRecord } from './job-record.js';
import type { JobStore } from './job-store.js';
import { withRetries } from './retry.js';
import { runLanes } from './run-lanes.js';

/** So that every worker has something to do, and enough texts wait to put those of like length together. */
const PARTS_UNDER_WAY = 8;
/** A worker or a file may fail once; a job that takes minutes shouldn't end by it. */
const RETRY_DELAYS_MS = [1_000, 4_000];

/** What work on a job needs. */
export interface WorkContext {
  readonly store: JobStore;
  /** Ends the work, also what is under way in the backend. */
  readonly signal: AbortSignal;
}

/**
 * Embeds what isn't stored yet. Resolves when the job has ended, by this work or otherwise.
 *
 * @throws what the backend throws, and the store; SpaceMismatchError.
 */
export async function workLocally(
  { id, request }: JobRecord,
  backend: Pick<JobBackend, 'embed'>,
  { store, signal }: WorkContext,
): Promise<void> {
  const done = new Set(await store.listStarts(id, 'rows'));
  const missing = (await store.listStarts(id, 'inputs')).filter((start) => !done.has(start));
  let countedUntil = performance.now();
  await runLanes(missing, PARTS_UNDER_WAY, async (start) => {
    signal.throwIfAborted();
    const inputs = await store.readInputs(id, start);
    if (inputs.length === 0) return;
    const part = { ...request, inputs };
    const rows = await withRetries(() => backend.embed(part, { signal, priority: 'bulk' }), RETRY_DELAYS_MS, signal);
    // Parts overlap, so it is the time since the last one that this one took.
    const now = performance.now();
    const computeMs = now - countedUntil;
    countedUntil = now;
    await store.commit(id, start, rows, computeMs);
  });
}
