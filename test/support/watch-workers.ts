/** Sees every worker the page starts, so that a test can end one as the browser would. */
import { afterEach, beforeEach } from 'vitest';

/** The workers started during the test that runs, in their order. Call it once, at the top of a test file. */
export function watchWorkers(): Worker[] {
  const workers: Worker[] = [];
  const OriginalWorker = globalThis.Worker;
  beforeEach(() => {
    workers.length = 0;
    globalThis.Worker = class extends OriginalWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        workers.push(this);
      }
    };
  });
  afterEach(() => {
    globalThis.Worker = OriginalWorker;
  });
  return workers;
}

/** How many engine workers live: each holds a lock for as long. */
export async function countLivingWorkers(): Promise<number> {
  const { held = [] } = await navigator.locks.query();
  return held.filter(({ name }) => name?.startsWith('inpage-embeddings/worker/')).length;
}
