/** A search worker that waits for the next search: starting one takes about as long as a search. */
import { EmbeddingError } from '../../errors/errors.js';
import { SearchWorker } from './search-worker.js';

/** Long enough for someone who types. */
const IDLE_MS = 10_000;

/** Keeps one worker for a while. */
export class SpareWorker {
  #spare: SearchWorker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The script of the worker that was kept last, which has started. */
  #known: string | undefined;

  /** The worker that was kept, or a new one; the caller's until it is given to {@link keep}, or ended. */
  take(url: string): SearchWorker {
    const spare = this.#spare;
    this.#release();
    if (spare?.url === url && !spare.hasEnded) return spare;
    endIdle(spare);
    return new SearchWorker(url, this.#known === url);
  }

  /** Keeps a worker that has answered everything; one at most, as others are only there for searches at the same time. */
  keep(worker: SearchWorker): void {
    const former = this.#spare;
    this.#release();
    endIdle(former);
    this.#spare = worker;
    this.#known = worker.url;
    this.#timer = setTimeout(() => {
      this.#release();
      endIdle(worker);
    }, IDLE_MS);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#spare = undefined;
  }
}

function endIdle(worker: SearchWorker | undefined): void {
  worker?.end(new EmbeddingError('disposed', 'An idle search worker was let go.'));
}
