/** Notices that a worker is gone which fired no event: one that closed itself, or was ended by the browser. */
import type { LifeSign } from '../ports/life-messages.js';
import { pause } from '../util/pause.js';

/** A name for such a lock that no other worker has, of the folder `kind`. */
export function makeLifeLock(kind: 'worker' | 'search'): string {
  // randomUUID() is absent outside secure contexts.
  return `inpage-embeddings/${kind}/${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
}

/** How often a worker without a lock is looked for. */
const INTERVAL_MS = 1_000;

/**
 * Calls `onGone` when the worker that gave `sign` has ended; `signal` ends the watch. Its lock tells at once.
 * Where there are no locks the address it made is asked for, which the browser gives up together with the worker. Where
 * that can't be asked for either, as under a policy that forbids `blob:` in `connect-src`, nothing is noticed here: a call's
 * time limit is what is left.
 */
export function watchLife(sign: LifeSign, lockName: string, signal: AbortSignal, onGone: () => void): void {
  const askForAddress = (): void => {
    if (!signal.aborted) void pollAddress(sign.url, signal, onGone);
  };
  if (!sign.isLockHeld) {
    askForAddress();
    return;
  }
  Promise.resolve()
    .then(() => navigator.locks.request(lockName, { signal }, onGone))
    // Refused, though the worker was not.
    .catch(askForAddress);
}

async function pollAddress(url: string, signal: AbortSignal, onGone: () => void): Promise<void> {
  if (!(await isThere(url))) return;
  for (;;) {
    await pause(INTERVAL_MS, signal);
    if (signal.aborted) return;
    // One request may fail for other reasons, as when the page was away meanwhile.
    if ((await isThere(url)) || (await isThere(url))) continue;
    onGone();
    return;
  }
}

async function isThere(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
