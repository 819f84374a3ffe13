/** What passes between the service worker and a page, on a port for one request: types, the word that begins it, and its pace. */
import type { AnswerMessage, CallMessage } from './call-messages.js';

/** The service worker has a request for whoever answers. Its number changes when a page of another version wouldn't understand. */
export const OFFER = 'inpage-embeddings/request/2';

/**
 * How often the service worker pings a page that works for it. Both sides count intervals without a word from the other rather
 * than time, which goes on while a device sleeps. A page that computes has time to answer: its workers do the work.
 */
export const PING_MS = 500;

/** Sent to every page, with the port. */
export interface Offer {
  readonly type: typeof OFFER;
}

/** A request without its headers: keys stay where they are. */
export interface PackedRequest {
  readonly url: string;
  readonly method: string;
  /** A blob isn't copied, and another page can have it as well when the first one is closed. */
  readonly body: Blob | undefined;
}

/** A response whose body is transferred. */
export interface PackedResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: ArrayBuffer;
}

/** From the service worker, on the port: the call with the request, and pings while it waits. */
export type ToPage = CallMessage<PackedRequest> | { readonly kind: 'ping' };

/** From the page, on the port. */
export type FromPage = { readonly kind: 'ready' } | { readonly kind: 'alive' } | AnswerMessage<PackedResponse>;
