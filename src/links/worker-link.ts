/** One worker: started, watched for its death, asked, ended. The only file of the page that touches a Worker. */
import { ModelLoadError, WorkerDiedError, type EmbeddingError } from '../errors/errors.js';
import type { LifeReply, LifeRequest, LifeSign } from '../ports/life-messages.js';
import type { Outcome } from '../ports/outcome.js';
import { startDeadline, waitUnder } from '../util/deadline.js';
import { Watchdog } from '../util/watchdog.js';
import { diagnoseScript } from './diagnose-script.js';
import type { Endpoint } from './endpoint.js';
import { openOutcome } from './outcome.js';
import { makeLifeLock, watchLife } from './watch-life.js';

/** How long a worker's script may take to arrive and answer; a slow phone network needs about ten seconds. */
const START_TIMEOUT_MS = 60_000;
/** The same for a script that has come before: it is at hand, and a wrong guess costs only another worker. */
const RESTART_TIMEOUT_MS = 20_000;

/** What tells workers of one kind from others. */
export interface WorkerKind {
  /** In messages. */
  readonly name: 'embedding' | 'search';
  /** In a browser's tools. */
  readonly label: string;
  /** Of the locks its workers are watched by. */
  readonly lockFolder: 'worker' | 'search';
  /** Whether a call over which the worker hung is told so, with `worker_hung`; else it only hears that the worker stopped. */
  readonly tellsHangs: boolean;
}

/** How long a worker may be silent over a call. */
export interface CallLimit {
  readonly ms: number;
  /** What then was the matter, for messages: `it …`. */
  readonly why: string;
}

/** A worker and the calls it hasn't answered. Nothing else says that it is gone, so every call also waits for its end. */
export class WorkerLink {
  /** The script it runs. */
  readonly url: string;
  /** For whoever carries the calls. */
  readonly endpoint: Endpoint;
  /** Resolves with the reason when it has ended. */
  readonly ended: Promise<EmbeddingError>;
  readonly #kind: WorkerKind;
  readonly #worker: Worker;
  readonly #lockName: string;
  /** Aborts with the reason when the worker ends. */
  readonly #life = new AbortController();
  readonly #start: Watchdog;
  #hasSpoken = false;

  /**
   * @param isScriptKnown - whether this script has started before: a worker that never speaks was then ended, which nothing
   *   else tells of one that has given no sign of life yet.
   * @throws ModelLoadError `worker_script_failed` when the browser won't start such a worker at all.
   */
  constructor(url: string, kind: WorkerKind, isScriptKnown = false) {
    this.url = url;
    this.#kind = kind;
    this.#lockName = makeLifeLock(kind.lockFolder);
    this.#worker = startWorker(url, kind);
    this.endpoint = {
      postMessage: (message, transfer) => {
        this.#worker.postMessage(message, transfer ?? []);
      },
      addEventListener: (type, listener) => {
        this.#worker.addEventListener(type, listener, { signal: this.#life.signal });
      },
      // Nobody takes a listener away: it goes with the worker.
      removeEventListener: () => undefined,
    };
    this.ended = new Promise((resolve) => {
      const { signal } = this.#life;
      signal.addEventListener('abort', () => {
        resolve(signal.reason as EmbeddingError);
      });
    });
    const startMs = isScriptKnown ? RESTART_TIMEOUT_MS : START_TIMEOUT_MS;
    this.#start = new Watchdog(() => {
      this.end(isScriptKnown ? this.died(`it said nothing for ${startMs} ms after its start`) : silent(url));
    });
    this.#start.start(startMs);
    this.#listen();
    this.endpoint.postMessage({ kind: 'live', lockName: this.#lockName } satisfies LifeRequest);
  }

  /** Whether its script has started. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** Why it has ended, however it went; undefined while it lives. */
  get reason(): EmbeddingError | undefined {
    const { signal } = this.#life;
    return signal.aborted ? (signal.reason as EmbeddingError) : undefined;
  }

  /**
   * What a call gives. A worker that is silent for longer than its limit is ended, since what it does can't be stopped from
   * outside.
   *
   * @param send - makes the call; it may count the limit anew, as for a word that came meanwhile.
   * @throws EmbeddingError that the call was answered with; the reason for which the worker has ended, or does meanwhile.
   */
  async ask<T>(limit: CallLimit, send: (onWord: () => void) => Promise<Outcome<T>>): Promise<T> {
    const call = startDeadline(this.#life.signal, undefined);
    const watchdog = new Watchdog(() => {
      const { name, tellsHangs } = this.#kind;
      if (tellsHangs) call.cancel(new WorkerDiedError('worker_hung', `The ${name} worker hung: ${limit.why}.`));
      this.end(this.died(limit.why));
    });
    const count = (): void => {
      watchdog.start(limit.ms);
    };
    try {
      call.signal.throwIfAborted();
      count();
      return openOutcome(await waitUnder(call.signal, send(count)));
    } finally {
      watchdog.stop();
      call.clear();
    }
  }

  /** Ends the worker, which gives its memory back, and rejects what it hasn't answered with `reason`. */
  end(reason: EmbeddingError): void {
    if (this.reason) return;
    this.#start.stop();
    // Nobody listens any more: a browser keeps an ended worker for as long as somebody does.
    this.#life.abort(reason);
    this.#worker.terminate();
  }

  /** The reason of an end that nobody here has chosen. */
  died(why: string): WorkerDiedError {
    return new WorkerDiedError('worker_died', `The ${this.#kind.name} worker stopped: ${why}.`);
  }

  #listen(): void {
    const { endpoint } = this;
    endpoint.addEventListener('message', (event) => {
      this.#hasSpoken = true;
      this.#start.stop();
      const { data } = event as MessageEvent<LifeReply | { readonly kind?: undefined }>;
      if (data.kind === 'alive') this.#watchLife(data.sign);
    });
    endpoint.addEventListener('messageerror', () => {
      this.end(this.died('it sent a message that could not be read'));
    });
    endpoint.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that couldn't be fetched fires a plain event without a message.
      const why = ((event as ErrorEvent).message as string | undefined) ?? '';
      if (this.#hasSpoken) this.end(this.died(why || 'it gave no reason'));
      else
        void diagnoseScript(this.url, why).then((error) => {
          this.end(error);
        });
    });
  }

  /** A worker that closes itself or is ended by the browser fires no event, but its sign of life ends with it. */
  #watchLife(sign: LifeSign): void {
    watchLife(sign, this.#lockName, this.#life.signal, () => {
      this.end(this.died('it was ended from outside, or ran out of memory'));
    });
  }
}

function startWorker(url: string, { label }: WorkerKind): Worker {
  try {
    return new Worker(url, { type: 'module', name: label });
  } catch (cause) {
    const message = `Could not start the worker ${url}: the browser refused it. Serve it from the page's own origin and allow it in worker-src.`;
    throw new ModelLoadError('worker_script_failed', message, { url, cause });
  }
}

function silent(url: string): ModelLoadError {
  const message = `Could not start the worker ${url}: expected it to answer within ${START_TIMEOUT_MS} ms, but nothing came. Check the network; the next call tries again.`;
  return new ModelLoadError('worker_script_failed', message, { url });
}
