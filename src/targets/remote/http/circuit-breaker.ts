/** Remembers that a provider is down, so that calls need not find it out one by one. */
import { APIConnectionError, isEmbeddingError } from '../../../errors/errors.js';
import { waitUnder } from '../../../util/deadline.js';
import { createDeferred, type Deferred } from '../../../util/deferred.js';

/** So many calls in a row must fail before a provider rests; one that doesn't answer in time rests at once. */
const FAILURES_BEFORE_REST = 3;
/** How long it rests before one call may try it. */
const REST_MS = 30_000;

/** A call's leave to use the network, and its duty to say how it went. */
export interface Pass {
  /** The provider answered something that shows it to be alive. */
  answered(): void;
  /** An attempt had no answer in time. */
  timedOut(): void;
  /** Whether this call may try again: not while others are kept away on account of its provider. */
  mayRetry(): boolean;
  /** The call is over; `error` is what it failed with. */
  end(error?: unknown): void;
}

/**
 * Closed: calls pass. Resting: they reject at once. After the rest one call tries, and those that come meanwhile wait to see
 * whether the provider answers it: rejecting them would end a large call's parts on account of its first one.
 */
export class CircuitBreaker {
  readonly #host: string;
  readonly #now: () => number;
  #failures = 0;
  /** Undefined while calls pass. */
  #restsUntil: number | undefined;
  #trial: { readonly pass: Pass; readonly over: Deferred<undefined> } | undefined;

  /**
   * @param host - named in errors.
   * @param now - milliseconds.
   */
  constructor(host: string, now: () => number) {
    this.#host = host;
    this.#now = now;
  }

  /** @throws APIConnectionError `provider_resting`; the signal's reason. */
  async enter(signal: AbortSignal): Promise<Pass> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#restsUntil === undefined) return this.#createPass();
      if (this.#now() < this.#restsUntil) throw this.#restingError(this.#restsUntil);
      if (!this.#trial) {
        const pass = this.#createPass();
        this.#startTrial(pass);
        return pass;
      }
      await waitUnder(signal, this.#trial.over.promise);
    }
  }

  #createPass(): Pass {
    const pass: Pass = {
      answered: () => {
        this.#close();
      },
      timedOut: () => {
        this.#rest();
        // The call that found out may go on trying; it speaks for all.
        if (!this.#trial) this.#startTrial(pass);
      },
      mayRetry: () => this.#restsUntil === undefined || this.#trial?.pass === pass,
      end: (error) => {
        if (isDown(error)) {
          this.#failures += 1;
          if (this.#failures >= FAILURES_BEFORE_REST || this.#trial?.pass === pass) this.#rest();
        }
        if (this.#trial?.pass === pass) this.#endTrial();
      },
    };
    return pass;
  }

  #startTrial(pass: Pass): void {
    this.#trial = { pass, over: createDeferred() };
  }

  #endTrial(): void {
    this.#trial?.over.resolve(undefined);
    this.#trial = undefined;
  }

  #rest(): void {
    this.#restsUntil = this.#now() + REST_MS;
  }

  #close(): void {
    this.#failures = 0;
    this.#restsUntil = undefined;
    this.#endTrial();
  }

  #restingError(until: number): APIConnectionError {
    const seconds = Math.ceil((until - this.#now()) / 1000);
    const message = `${this.#host} didn't answer before, so nothing was sent. It is tried again in ${String(seconds)} s.`;
    return new APIConnectionError('provider_resting', message);
  }
}

/** Whether an error says that the provider itself is down. A caller that gave up says nothing, one out of time does. */
function isDown(error: unknown): boolean {
  return (
    isEmbeddingError(error, 'connection_failed') ||
    isEmbeddingError(error, 'timeout') ||
    (isEmbeddingError(error, 'server_error') && error.status !== 501)
  );
}
