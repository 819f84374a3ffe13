/** What a worker leaves behind to be known by as alive: it is gone when the worker is, however that went. */
import type { LifeReply, LifeRequest, LifeSign } from '../ports/life-messages.js';

/** A lock with a name nobody else knows is granted at once, or something is wrong with locks here. */
const LOCK_TIMEOUT_MS = 5_000;

/** Gives the page the sign of life it asks for. Every worker begins with it. */
export function answerLife(): void {
  addEventListener('message', ({ data }: MessageEvent<LifeRequest | { readonly kind?: undefined }>) => {
    if (data.kind !== 'live') return;
    void giveLifeSign(data.lockName).then((sign) => {
      postMessage({ kind: 'alive', sign } satisfies LifeReply);
    });
  });
}

/**
 * Holds the lock for as long as this worker lives, where it may. Pages without a secure context have no Web Locks, and those
 * whose site data the user has blocked are refused them; neither keeps a model from running.
 */
async function giveLifeSign(lockName: string): Promise<LifeSign> {
  return {
    isLockHeld: await holdLock(lockName),
    // The browser takes it back with the worker, and answers for it also while the worker computes.
    url: URL.createObjectURL(new Blob(['alive'])),
  };
}

function holdLock(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const giveUp = (): void => {
      resolve(false);
    };
    const timer = setTimeout(giveUp, LOCK_TIMEOUT_MS);
    const hold = (): Promise<never> => {
      clearTimeout(timer);
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    // A browser may throw as well as reject.
    Promise.resolve()
      .then(() => navigator.locks.request(name, hold))
      .catch(() => {
        clearTimeout(timer);
        giveUp();
      });
  });
}
