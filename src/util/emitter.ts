/** Typed events. A listener that throws is reported to the page and doesn't disturb anyone else. */

/** A source of events, by name. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<{ readonly call: (event: never) => void }>>();

  /** Calls `listener` at every such event until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    // An entry of its own, so that a function that listens twice is called twice and stops one at a time.
    const entry = { call: listener };
    this.#listeners.set(name, listeners.add(entry));
    return () => {
      listeners.delete(entry);
    };
  }

  /** Tells every listener, in the order they came. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const { call } of [...(this.#listeners.get(name) ?? [])]) {
      callSafely(call as (event: Events[Name]) => void, event);
    }
  }

  /** Forgets every listener. */
  clear(): void {
    this.#listeners.clear();
  }
}

/** Calls an app's callback; what it throws goes to the page's error reporting, not to the caller. */
export function callSafely<T>(callback: (value: T) => void, value: T): void {
  try {
    callback(value);
  } catch (error) {
    reportError(error);
  }
}
