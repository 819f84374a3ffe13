/** Works on a job part by part, on whichever target answers; begins where it was left. */
import type { EmbeddedRows, TargetRequest } from '../contract/target.js';
import { isEmbeddingError } from '../errors/errors.js';
import { forEachConcurrently } from '../util/concurrency.js';
import { Backoff } from './backoff.js';
import { embedPart } from './embed-part.js';
import type { JobBackend } from './job-backend.js';
import type { JobRecord } from './job-record.js';
import type { JobStore } from './job-store.js';
import { judgeFailure } from './judge-failure.js';
import type { StoredPart } from './stored-part.js';

/** So that every worker has something to do, and enough texts wait to put those of like length together. */
const PARTS_UNDER_WAY = 8;

/** So often a part fails by what looks like an outage before one of its inputs is looked for that brings it about. */
const FAILURES_BEFORE_SUSPICION = 2;

/** What work on a job needs. */
export interface WorkContext {
  readonly store: JobStore;
  /** Ends the work, also what is under way in the backend. */
  readonly signal: AbortSignal;
  /** Told what the job waits for while it does, and undefined when it waits no longer. */
  readonly onWaiting: (error: unknown) => void;
  /** By where it begins, how often a part has failed by what looked like an outage, however often the work is begun again. */
  readonly failuresByPart: Map<number, number>;
}

/**
 * Embeds what isn't stored yet. Resolves when nothing is left to do, by this work or otherwise.
 *
 * @throws what the backend throws and is no input's fault, and the store.
 */
export async function workLocally(
  { id, request, total }: JobRecord,
  backend: Pick<JobBackend, 'embed'>,
  context: WorkContext,
): Promise<void> {
  const { store, signal, onWaiting } = context;
  const done = new Set(await store.listStarts(id, 'rows'));
  const missing = (await store.listStarts(id, 'inputs')).filter((start) => !done.has(start));
  const embed = (inputs: TargetRequest['inputs']): Promise<EmbeddedRows> =>
    backend.embed({ ...request, inputs }, { signal, priority: 'bulk' });
  let countedUntil = performance.now();
  await forEachConcurrently(missing, PARTS_UNDER_WAY, async (start) => {
    signal.throwIfAborted();
    const inputs = await store.readInputs(id, start);
    if (inputs.length === 0) return;
    const isSuspected = isSuspect(start, context);
    const part = await embedPart(inputs, { embed, start, total, signal, isSuspected, onWaiting }).catch(
      (error: unknown) => {
        noteFailure(start, error, context);
        throw error;
      },
    );
    // Parts overlap, so it is the time since the last one that this one took.
    const now = performance.now();
    const computeMs = now - countedUntil;
    countedUntil = now;
    await commit(id, start, part, computeMs, context);
  });
}

/** Whether a part has failed so often by what looked like an outage that one of its inputs may be why. */
export function isSuspect(start: number, { failuresByPart }: WorkContext): boolean {
  return (failuresByPart.get(start) ?? 0) >= FAILURES_BEFORE_SUSPICION;
}

/** Counts a part's failure if it looks like an outage. */
export function noteFailure(start: number, error: unknown, { signal, failuresByPart }: WorkContext): void {
  if (signal.aborted || judgeFailure(error) !== 'unclear') return;
  failuresByPart.set(start, (failuresByPart.get(start) ?? 0) + 1);
}

/** Stores a part; while there is no room it is held, since what was computed would have to be computed again. */
export async function commit(
  id: string,
  start: number,
  part: StoredPart,
  computeMs: number,
  { store, signal, onWaiting }: WorkContext,
): Promise<JobRecord | undefined> {
  const backoff = new Backoff();
  for (;;) {
    try {
      const record = await store.commit(id, start, part, computeMs);
      if (backoff.failures > 0) onWaiting(undefined);
      return record;
    } catch (error) {
      if (!isEmbeddingError(error, 'insufficient_storage')) throw error;
      onWaiting(error);
      await backoff.wait(signal);
    }
  }
}
