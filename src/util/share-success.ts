/** Work that is done once, however many ask for it. */

/**
 * An attempt that all who come meanwhile share, with its success for ever after and its failure, after which the next one makes
 * a new attempt.
 */
export class SharedAttempt<T> {
  #current: Promise<T> | undefined;

  /** The attempt there is, or the one that `start` makes. */
  get(start: () => Promise<T>): Promise<T> {
    if (this.#current) return this.#current;
    const attempt = start();
    this.#current = attempt;
    attempt.catch(() => {
      // One that was forgotten meanwhile mustn't take another's place away.
      if (this.#current === attempt) this.#current = undefined;
    });
    return attempt;
  }

  /** The attempt there is, if there is one. */
  get current(): Promise<T> | undefined {
    return this.#current;
  }

  /** Lets the next one make a new attempt. */
  forget(): void {
    this.#current = undefined;
  }
}

/** `task`, run once for all callers; after a failure, which all who waited share, the next caller runs it again. */
export function shareSuccess<T>(task: () => Promise<T>): () => Promise<T> {
  const attempt = new SharedAttempt<T>();
  return () => attempt.get(task);
}
