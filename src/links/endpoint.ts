/** What carries messages between two realms. Types only. */

/** One end of a line: a worker, a worker's own scope, or a port. Comlink's type of that name fits it. */
export interface Endpoint {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  /** A port's, which gives nothing before. */
  start?(): void;
}
