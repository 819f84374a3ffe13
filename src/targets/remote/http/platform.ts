/** What providers need of the world around them, in one place, so that tests can take its part. */
import { waitUnder } from '../../../util/deadline.js';

/** The network, the time and chance. */
export interface Platform {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since 1970: what a date in a reply is compared with. */
  readonly now: () => number;
  /** 0 to 1, without 1. */
  readonly random: () => number;
  /** Resolves after so many milliseconds; rejects with the signal's reason as soon as it aborts. */
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

/** The page's own. `fetch` is looked up at every call, so that a page that wraps it is heard. */
export const PLATFORM: Platform = {
  fetch: (url, init) => globalThis.fetch(url, init),
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: async (durationMs, signal) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, durationMs);
    });
    try {
      await waitUnder(signal, wait);
    } finally {
      clearTimeout(timer);
    }
  },
};
