/**
 * Works on a job by a provider's own jobs: one request for each input, known by the provider's id. Ids are stored before
 * anything else is done, so no input whose id is known is ever sent again.
 */
import type { ProviderRequest } from '../contract/provider.js';
import type { RemoteJobs } from '../contract/remote-jobs.js';
import { isEmbeddingError } from '../errors/errors.js';
import { forEachConcurrently } from '../util/concurrency.js';
import { measureTexts } from '../util/count-bytes.js';
import { pause } from '../util/pause.js';
import { HARMLESS } from './embed-part.js';
import type { JobRecord } from './job-record.js';
import { describeFailure, judgeFailure } from './judge-failure.js';
import { commit, isSuspect, noteFailure, type WorkContext } from './local-work.js';

/** HTTP requests to send inputs at once, and as many to ask for them. */
const REQUESTS_AT_ONCE = 4;
/** While the provider can't be reached it is asked less and less often, down to this. */
const LONGEST_INTERVAL_MS = 60_000;

/** What work by a provider needs besides. */
export interface RemoteContext extends WorkContext {
  readonly remote: RemoteJobs;
  /** How long to wait between two rounds of asking; looked at each time. */
  readonly intervalMs: () => number;
  /** Whether the app has consented; asked once, however often the work is begun again. */
  readonly consent: { isGiven: boolean };
}

/** When so many inputs have failed and none has a vector, it isn't the inputs. */
const MAX_FAILURES = 8;

/**
 * Sends what wasn't sent and fetches what is done until the job has ended, also while the provider can't be reached.
 *
 * @throws EgressDeniedError; what `submit()` throws and is no input's fault; InferenceFailed when the provider fails over every
 *   input; NotFoundError `job_not_found` when it has forgotten one; what the store throws.
 */
export async function workRemotely(record: JobRecord, context: RemoteContext): Promise<void> {
  const { store, remote, signal, consent } = context;
  const done = new Set(await store.listStarts(record.id, 'rows'));
  const known = await store.listRequests(record.id);
  const unsent = new Set<number>();
  const egress = { texts: 0, bytes: 0 };
  for await (const { index, request } of readRequests(record, context)) {
    if (done.has(index) || known.has(index)) continue;
    unsent.add(index);
    egress.texts += 1;
    egress.bytes += measureTexts(request.inputs).bytes;
  }
  if (unsent.size > 0 && !consent.isGiven) {
    await remote.ask(egress, signal);
    consent.isGiven = true;
  }
  const open = new Map([...known].filter(([index]) => !done.has(index)));
  const submission = { isOver: false };
  const submit = async (): Promise<void> => {
    await submitAll(record, context, unsent, open);
    submission.isOver = true;
  };
  await Promise.all([submit(), fetchAll(record, context, open, submission)]);
}

/** Every input of a job as the provider gets it, read a part at a time. */
async function* readRequests(
  { id, request }: JobRecord,
  { store, remote }: RemoteContext,
): AsyncGenerator<{ readonly index: number; readonly request: ProviderRequest }, void, undefined> {
  for (const start of await store.listStarts(id, 'inputs')) {
    const inputs = await store.readInputs(id, start);
    for (const [offset, input] of inputs.entries()) {
      yield { index: start + offset, request: remote.prepare({ ...request, inputs: [input] }) };
    }
  }
}

async function submitAll(
  record: JobRecord,
  context: RemoteContext,
  unsent: ReadonlySet<number>,
  open: Map<number, string>,
): Promise<void> {
  const { store, remote, signal } = context;
  await forEachConcurrently(readRequests(record, context), REQUESTS_AT_ONCE, async ({ index, request }) => {
    if (!unsent.has(index)) return;
    signal.throwIfAborted();
    const isSuspected = isSuspect(index, context);
    // Where the provider doesn't take this one either, no input is why. It comes first, since the input's failure may put the
    // provider to rest.
    if (isSuspected) await remote.jobs.submit(remote.prepare({ ...record.request, inputs: HARMLESS }), { signal });
    try {
      const requestId = await remote.jobs.submit(request, { signal });
      await store.saveRequest(record.id, index, requestId);
      open.set(index, requestId);
    } catch (error) {
      noteFailure(index, error, context);
      await leaveOut(record, context, index, error, isSuspected);
    }
  });
}

/** Asks for every open request, round after round. */
async function fetchAll(
  record: JobRecord,
  context: RemoteContext,
  open: Map<number, string>,
  submission: { readonly isOver: boolean },
): Promise<void> {
  const { signal, intervalMs } = context;
  let failures = 0;
  while (open.size > 0 || !submission.isOver) {
    try {
      await forEachConcurrently([...open], REQUESTS_AT_ONCE, async ([index, requestId]) => {
        if (await fetchOne(record, context, index, requestId)) open.delete(index);
      });
      failures = 0;
    } catch (error) {
      signal.throwIfAborted();
      // Asking costs nothing and changes nothing, so it can go on.
      if (!isEmbeddingError(error) || !error.retryable || isStorage(error.code)) throw error;
      failures += 1;
    }
    if (open.size === 0 && submission.isOver) return;
    await pause(Math.min(intervalMs() * 2 ** failures, Math.max(LONGEST_INTERVAL_MS, intervalMs())), signal);
    signal.throwIfAborted();
  }
}

function isStorage(code: string): boolean {
  return code === 'storage_unavailable';
}

/** Stores one input's vector if it is there; whether it is. */
async function fetchOne(record: JobRecord, context: RemoteContext, index: number, requestId: string): Promise<boolean> {
  const { id, request } = record;
  const { store, remote, signal } = context;
  signal.throwIfAborted();
  try {
    const status = await remote.jobs.status(requestId, { signal });
    if (status === 'QUEUED' || status === 'PROCESSING') return false;
    const input = await store.readInput(id, index);
    if (input === undefined) return true;
    const asked = { ...request, inputs: [input] };
    const sent = remote.prepare(asked);
    // Of a request that failed this rejects, with the reason.
    const result = await remote.jobs.result(requestId, sent, { signal });
    const rows = remote.toRows(result, asked);
    await commit(id, index, [rows], (result.inferenceTimeS ?? 0) * 1000, context);
  } catch (error) {
    // Whoever resumes the job has it sent anew.
    if (isEmbeddingError(error, 'job_not_found')) await store.forgetRequest(id, index);
    await leaveOut(record, context, index, error);
  }
  return true;
}

/** Stores that an input has no vector, for a reason that is its own. @throws any other, and when no input has a vector. */
async function leaveOut(
  { id }: JobRecord,
  context: RemoteContext,
  index: number,
  error: unknown,
  isSuspected = false,
): Promise<void> {
  context.signal.throwIfAborted();
  const verdict = judgeFailure(error);
  const isItsOwn = verdict === 'input' || (verdict === 'unclear' && isSuspected);
  if (!isEmbeddingError(error) || !isItsOwn) throw error;
  const part = [{ code: error.code, message: describeFailure(error) }];
  const after = await commit(id, index, part, 0, context);
  if (after && after.completed === 0 && (after.failed ?? 0) >= MAX_FAILURES) throw error;
}
