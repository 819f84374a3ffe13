/** Works on a client's jobs: each under its lock, local ones one after the other. */
import { InferenceFailed, isEmbeddingError } from '../errors/errors.js';
import { JOBS_CHANNEL } from '../storage/names.js';
import { Limiter } from '../util/concurrency.js';
import { startDeadline } from '../util/deadline.js';
import { Emitter } from '../util/emitter.js';
import { Backoff } from './backoff.js';
import type { JobBackend } from './job-backend.js';
import { holdJob } from './job-lock.js';
import { hasEnded, isBegunHere, type JobRecord } from './job-record.js';
import type { JobStore } from './job-store.js';
import { describeFailure, judgeFailure } from './judge-failure.js';
import { workLocally } from './local-work.js';
import { watchPageLife } from './page-life.js';
import { workRemotely, type RemoteContext } from './remote-work.js';

/** How often a provider is asked while nobody waits. Source: Segmind's client, `interval=1.0`. */
const INTERVAL_MS = 1_000;

/** With the waits between, half a minute. */
const MAX_DOUBTFUL = 5;

/** What a runner works with. */
export interface JobRunnerOptions {
  readonly store: JobStore;
  readonly backend: JobBackend;
  /** Called when a job was worked on and has ended. */
  readonly onEnded: () => Promise<void>;
}

/** What is known of a job from one round of work to the next. */
type Memory = Pick<RemoteContext, 'consent' | 'failuresByPart'>;

/** Works on jobs until it is disposed of. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #changes = new Emitter<{ ended: string }>();
  /** A device has one job at a time. */
  readonly #localWork = new Limiter(1);
  readonly #channel = openChannel();
  readonly #disposed = new AbortController();
  /** The jobs that are worked on here, or will be when their lock is free. */
  readonly #work = new Map<string, AbortController>();
  /** By job, what it waits for. */
  readonly #waiting = new Map<string, string>();
  /** By job, how often each of its waiters wants it to be asked for. */
  readonly #intervals = new Map<string, Set<{ readonly ms: number }>>();

  /** The jobs to be followed when the page is back; undefined while it is here. */
  #left: Set<string> | undefined;
  readonly #stopWatching: () => void;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#stopWatching = watchPageLife(
      () => {
        this.#leave();
      },
      () => {
        this.#return();
      },
    );
    const listen = ({ data }: MessageEvent): void => {
      this.#stop(String(data));
    };
    this.#channel?.addEventListener('message', listen, { signal: this.#disposed.signal });
  }

  /** Works on a job as soon as nobody else does, to its end. */
  follow(id: string): void {
    this.#left?.add(id);
    if (this.#left || this.#work.has(id)) return;
    const controller = new AbortController();
    this.#work.set(id, controller);
    holdJob(id, controller.signal, () => this.#workOn(id, controller.signal))
      // The signal aborted, or storage failed: then whoever asks for the job is told.
      .catch(() => undefined)
      .finally(() => {
        // It may have been left, and followed again.
        if (this.#work.get(id) === controller) {
          this.#work.delete(id);
          this.#waiting.delete(id);
        }
        // Nobody wants what is still under way.
        controller.abort();
        this.#changes.emit('ended', id);
      });
  }

  /** Stops working on a job that was ended, in every tab. */
  abandon(id: string): void {
    this.#stop(id);
    this.#channel?.postMessage(id);
  }

  /** Calls `listener` when work on the job has stopped here, until the returned function is called. */
  onEnded(id: string, listener: () => void): () => void {
    return this.#changes.on('ended', (ended) => {
      if (ended === id) listener();
    });
  }

  /** What a job waits for here; undefined when it doesn't. */
  waitsFor(id: string): string | undefined {
    return this.#waiting.get(id);
  }

  /** Has a provider asked at least so often, until the returned function is called. */
  pollEvery(id: string, ms: number): () => void {
    const intervals = this.#intervals.get(id) ?? new Set();
    const entry = { ms };
    this.#intervals.set(id, intervals.add(entry));
    return () => {
      intervals.delete(entry);
    };
  }

  /** Stops all work; what is stored can be gone on with. */
  dispose(): void {
    this.#stopWatching();
    for (const id of this.#work.keys()) this.#stop(id);
    this.#disposed.abort();
    this.#channel?.close();
  }

  /** Lets other tabs go on. */
  #leave(): void {
    this.#left ??= new Set();
    for (const [id, controller] of this.#work) {
      this.#left.add(id);
      this.#work.delete(id);
      controller.abort();
    }
  }

  #return(): void {
    const left = this.#left ?? [];
    this.#left = undefined;
    for (const id of left) this.follow(id);
  }

  #stop(id: string): void {
    this.#work.get(id)?.abort();
  }

  async #workOn(id: string, signal: AbortSignal): Promise<void> {
    const { store, onEnded } = this.#options;
    const backoff = new Backoff();
    const memory = { consent: { isGiven: false }, failuresByPart: new Map<number, number>() };
    for (let stored = -1; ;) {
      try {
        const record = await store.read(id);
        if (!record || hasEnded(record)) break;
        if (record.completed !== stored) backoff.reset();
        stored = record.completed;
        await this.#begin(record, signal, memory);
        break;
      } catch (error) {
        // Given up, cancelled or disposed of: the job is left as it is.
        if (signal.aborted || isEmbeddingError(error, 'disposed')) return;
        await this.#handleFailure(id, error, backoff, signal);
      }
    }
    this.#waiting.delete(id);
    await onEnded();
  }

  /** Ends the job, or resolves when it is worth another try. */
  async #handleFailure(id: string, error: unknown, backoff: Backoff, signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    let failure = error;
    if (!mayPass(error, backoff.failures)) {
      try {
        await store.fail(id, describeFailure(error));
        return;
      } catch (storing) {
        failure = storing;
      }
    }
    const detail = describeFailure(failure);
    this.#waiting.set(id, detail);
    // Whoever asks here is told all the same.
    await store.postpone(id, detail).catch(() => undefined);
    await backoff.wait(signal);
    this.#waiting.delete(id);
  }

  /** What is left of a job, in one go. What is under way ends with it, so that nothing is computed twice. */
  async #begin(record: JobRecord, signal: AbortSignal, memory: Memory): Promise<void> {
    const round = startDeadline(signal, undefined);
    try {
      await this.#beginUnder(round.signal, record, memory);
    } finally {
      round.cancel(undefined);
    }
    const after = await this.#options.store.read(record.id);
    if (!after || hasEnded(after)) return;
    throw new InferenceFailed(record.id, 'Some of its texts are no longer stored. Make a new job of them.');
  }

  async #beginUnder(signal: AbortSignal, record: JobRecord, { consent, failuresByPart }: Memory): Promise<void> {
    const { store, backend } = this.#options;
    const { id } = record;
    const onWaiting = (error: unknown): void => {
      if (error === undefined) this.#waiting.delete(id);
      else this.#waiting.set(id, describeFailure(error));
    };
    const context = { store, signal, onWaiting, failuresByPart };
    // A job that was begun here can't be gone on with elsewhere.
    const remote = isBegunHere(record) ? undefined : await backend.remote?.(record.remote);
    if (remote) {
      const intervalMs = (): number => this.#intervalMs(id);
      if (await store.begin(id, remote.key)) await workRemotely(record, { ...context, remote, intervalMs, consent });
    } else if (record.remote !== undefined) {
      throw new InferenceFailed(id, `Its requests are held by '${record.remote}', which this client doesn't name.`);
    } else {
      await this.#localWork.run(signal, async () => {
        if (await store.begin(id, undefined)) await workLocally(record, backend, context);
      });
    }
  }

  #intervalMs(id: string): number {
    const intervals = [...(this.#intervals.get(id) ?? [])].map(({ ms }) => ms);
    return intervals.length === 0 ? INTERVAL_MS : Math.min(...intervals);
  }
}

/** Firefox refuses one where site data is blocked. Then other tabs find out that a job has ended when they next store a part. */
function openChannel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(JOBS_CHANNEL);
  } catch {
    return undefined;
  }
}

/** Whether to wait and try again. What hardly passes is tried a few times. */
function mayPass(error: unknown, failures: number): boolean {
  const verdict = judgeFailure(error);
  if (verdict === 'passing' || verdict === 'unclear') return true;
  return (verdict === 'doubtful' || verdict === 'suspect') && failures < MAX_DOUBTFUL;
}
