/** Calls between two realms where Comlink doesn't carry them: see `links/README.md`. Types only. */
import type { Outcome } from './outcome.js';

/** From whoever asks. */
export type CallMessage<Request> =
  | { readonly kind: 'call'; readonly id: number; readonly request: Request }
  /** Nobody waits for that call's answer any more. */
  | { readonly kind: 'cancel'; readonly id: number };

/** From whoever answers, once a call unless it was cancelled. */
export interface AnswerMessage<Value> {
  readonly kind: 'answer';
  /** The call's. */
  readonly id: number;
  readonly outcome: Outcome<Value>;
}
