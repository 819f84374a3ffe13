/** Searches in vectors that no worker keeps: they pass through one in slices. */
import { EmbeddingError } from '../../errors/errors.js';
import type { FoundRows, UnscoredRow } from '../../ports/search-messages.js';
import type { Scan } from './find-here.js';
import type { SearchWorker } from './search-worker.js';
import { sendSlices, sliceRows } from './send-slices.js';
import { SpareWorker } from './spare-worker.js';

/** Each search has a worker for itself, which afterwards waits for the next one. */
export class PassingSearch {
  readonly #spare = new SpareWorker();

  /**
   * The best rows.
   *
   * @param signal - ends the worker, which would else work through the slices it has; the search rejects with code `disposed`.
   * @throws ModelLoadError `worker_script_failed`; WorkerDiedError.
   */
  async find(scan: Scan, url: string, signal: AbortSignal | undefined): Promise<FoundRows | UnscoredRow> {
    const worker = this.#spare.take(url);
    const stop = (): void => {
      worker.end(new EmbeddingError('disposed', 'The search is over.'));
    };
    signal?.addEventListener('abort', stop);
    try {
      const found = await pass(scan, worker);
      this.#spare.keep(worker);
      return found;
    } catch (error) {
      stop();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}

async function pass({ shape, query, vectors, most }: Scan, worker: SearchWorker): Promise<FoundRows | UnscoredRow> {
  const opened = worker.open({ shape, room: sliceRows(vectors, shape.width), passing: { query, most } });
  await sendSlices(vectors, shape.width, async (first, count, values) => {
    await opened;
    return worker.handOver({ kind: 'pass', first, count, values });
  });
  return worker.findRows({ kind: 'finish' });
}
