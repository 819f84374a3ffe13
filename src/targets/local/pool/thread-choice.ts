/** Whether a pool works by workers or by threads: what is remembered, when it is measured, and what follows. */
import { EmbeddingError } from '../../../errors/errors.js';
import { compareThreads, type TrialSide } from './thread-trial.js';
import type { WorkerLoop } from './worker-loop.js';

/** Where threads may be used. */
export interface ThreadSettings {
  /** Threads of the one worker. */
  readonly count: number;
  readonly recall: () => 'workers' | 'threads' | undefined;
  readonly remember: (fastest: 'workers' | 'threads') => void;
}

/** What a pool offers for the comparison. */
export interface TrialPool {
  readonly workers: TrialSide;
  readonly waitingTokens: () => number;
  /** Of all workers, the threaded one included. */
  readonly answeredTokens: () => number;
  /** Estimated tokens, of all workers together. */
  readonly tokensPerMs: number;
  readonly createThreaded: (threads: number, onFailed: (error: unknown) => void) => WorkerLoop;
  readonly onThreadsWon: (threaded: WorkerLoop) => void;
}

/** Starting the other worker and measuring takes about eight seconds; afterwards there must be work to gain by it. */
const MIN_WORK_MS = 20_000;

/** One pool's choice. */
export class ThreadChoice {
  readonly #settings: ThreadSettings | undefined;
  #threaded: WorkerLoop | undefined;
  #isDecided: boolean;
  #usesThreads: boolean;

  constructor(settings: ThreadSettings | undefined) {
    this.#settings = settings;
    const remembered = settings?.recall();
    this.#isDecided = !settings || remembered !== undefined;
    this.#usesThreads = remembered === 'threads';
  }

  /** Threads of each worker to be started; undefined leaves it to the runtime. */
  get initial(): number | undefined {
    if (!this.#settings) return undefined;
    return this.#usesThreads ? this.#settings.count : 1;
  }

  /** Whether one worker with several threads does all work. */
  get usesThreads(): boolean {
    return this.#usesThreads;
  }

  /** Begins to compare, if that hasn't been done and there is work for long enough. */
  compare(pool: TrialPool): void {
    const settings = this.#settings;
    if (!settings || this.#isDecided || pool.waitingTokens() < pool.tokensPerMs * MIN_WORK_MS) return;
    this.#isDecided = true;
    let hasFailed = false;
    const threaded = pool.createThreaded(settings.count, () => {
      hasFailed = true;
    });
    this.#threaded = threaded;
    void this.#run(pool, threaded, () => !hasFailed && pool.waitingTokens() > 0).then((fastest) => {
      this.#threaded = undefined;
      if (fastest) settings.remember(fastest);
      this.#usesThreads = fastest === 'threads';
      if (this.#usesThreads) pool.onThreadsWon(threaded);
      else threaded.end(new EmbeddingError('disposed', 'Several workers are faster.'));
      if (this.#usesThreads) threaded.resume();
      else pool.workers.resume();
    });
  }

  /** Ends what is being tried. */
  end(reason: EmbeddingError): void {
    this.#threaded?.end(reason);
  }

  async #run(
    pool: TrialPool,
    threaded: WorkerLoop,
    hasWork: () => boolean,
  ): Promise<'workers' | 'threads' | undefined> {
    try {
      // The others work on meanwhile.
      await threaded.ready();
      const threads = {
        resume: (): void => {
          threaded.resume();
        },
        pause: () => threaded.pause(),
      };
      const { workers, answeredTokens } = pool;
      return await compareThreads({ workers, threads, answeredTokens, hasWork });
    } catch {
      return undefined;
    }
  }
}
