/** A server that is away for a moment, as while it restarts, is waited for where nobody else can answer. Pure. */

/** Longer than a server and the model in it take to start, in milliseconds. */
const LONGEST_OUTAGE_MS = 45_000;
/** Waits in milliseconds: often enough that the server's return is noticed soon. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 4_000;
/** Up to a quarter is taken off, so that clients don't come back together. */
const JITTER = 0.25;

/** How long it has lasted, and what was done about it. */
export interface OutageTerms {
  /** Requests that were tried before, whatever became of them. */
  readonly tries: number;
  readonly downMs: number;
  /** 0 to 1. */
  readonly random: number;
}

/** Milliseconds until the next try after a connection that wasn't taken; undefined when that has lasted too long. */
export function planOutageWait({ tries, downMs, random }: OutageTerms): number | undefined {
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS) * (1 - JITTER * random);
  return downMs + waitMs <= LONGEST_OUTAGE_MS ? waitMs : undefined;
}
