/** One worker a job among all tabs of an origin. */
import { JOB_LOCK, PROBE_LOCK } from '../storage/names.js';
import { waitUnder } from '../util/deadline.js';
import { makeUuid } from '../util/uuid.js';
import { Watchdog } from '../util/watchdog.js';

/** A lock with a name nobody else knows is granted at once, or something is wrong with locks here. */
const GRANT_LIMIT_MS = 5_000;

/**
 * What `work` gives, run while no other tab or client works on the job; waits until they have ended or died. Without Web
 * Locks, which insecure pages lack and others may be refused, several may work at once: then parts are computed twice, but
 * count once.
 *
 * @throws the signal's reason as soon as it aborts, which lets others begin at once; what `work` throws.
 */
export async function holdJob<T>(id: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (!(await waitUnder(signal, grantsLocks()))) return waitUnder(signal, work());
  return navigator.locks.request(JOB_LOCK + id, { signal }, () => waitUnder(signal, work()));
}

function grantsLocks(): Promise<boolean> {
  return new Promise((resolve) => {
    const watchdog = new Watchdog(() => {
      resolve(false);
    });
    const settle = (isGranted: boolean): void => {
      watchdog.stop();
      resolve(isGranted);
    };
    watchdog.start(GRANT_LIMIT_MS);
    // Missing on pages that aren't secure contexts. A browser may throw as well as reject.
    Promise.resolve()
      .then(() =>
        navigator.locks.request(PROBE_LOCK + makeUuid(), () => {
          settle(true);
        }),
      )
      .catch(() => {
        settle(false);
      });
  });
}
