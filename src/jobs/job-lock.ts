/** One worker a job among all tabs of an origin. */
import { waitUnder } from '../util/deadline.js';

/**
 * What `work` gives, run while no other tab or client works on the job; waits until they have ended or died. Without Web
 * Locks, which insecure pages lack, several may work at once: then parts are computed twice, but count once.
 *
 * @throws the signal's reason as soon as it aborts, which lets others begin at once; what `work` throws.
 */
export async function holdJob<T>(id: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  // Missing on pages that aren't secure contexts.
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return work();
  return locks.request(`inpage-embeddings/job/${id}`, { signal }, () => waitUnder(signal, work()));
}
