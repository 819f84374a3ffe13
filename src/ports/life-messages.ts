/** How a worker shows its page that it lives, whatever else the two say to each other. Types only. */

/** The first that a page says to a worker: asks for a sign of life, which the lock of this name may be. */
export interface LifeRequest {
  readonly kind: 'live';
  /** Of a Web Lock that nobody else knows of, to be held for as long as the worker lives. */
  readonly lockName: string;
}

/** A worker's reply to {@link LifeRequest}. */
export interface LifeReply {
  readonly kind: 'alive';
  readonly sign: LifeSign;
}

/** By what the page learns that a worker is gone. */
export interface LifeSign {
  /** Whether the worker holds the lock whose name the page has made up. */
  readonly isLockHeld: boolean;
  /** A `blob:` address of the worker's, which can be fetched until the worker is gone. */
  readonly url: string;
}
