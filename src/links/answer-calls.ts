/** Answers what a `Caller` at the other end asks. */
import type { AnswerMessage, CallMessage } from '../ports/call-messages.js';
import type { Endpoint } from './endpoint.js';
import { toOutcome } from './outcome.js';

/** An answer, and which of its buffers are handed over instead of copied. */
export interface Answer<Value> {
  readonly value: Value;
  readonly transfer?: Transferable[];
}

/** What answers one call; its signal aborts when nobody waits for that any more, and what it gives then is dropped. */
export type AnswerCall<Request, Value> = (request: Request, signal: AbortSignal) => Promise<Answer<Value>>;

/**
 * Answers every call that comes, as they come; what `answer` throws crosses as a record.
 *
 * @returns gives up what is under way, as if it had been cancelled.
 */
export function answerCalls<Request, Value>(endpoint: Endpoint, answer: AnswerCall<Request, Value>): () => void {
  const running = new Map<number, AbortController>();
  const run = async (id: number, request: Request): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const outcome = await toOutcome(() => answer(request, controller.signal));
    running.delete(id);
    if (controller.signal.aborted) return;
    const message: AnswerMessage<Value> = {
      kind: 'answer',
      id,
      outcome: outcome.ok ? { ok: true, value: outcome.value.value } : outcome,
    };
    endpoint.postMessage(message, (outcome.ok && outcome.value.transfer) || []);
  };
  endpoint.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<CallMessage<Request> | { readonly kind?: undefined }>;
    if (data.kind === 'call') void run(data.id, data.request);
    else if (data.kind === 'cancel') running.get(data.id)?.abort();
  });
  endpoint.start?.();
  return () => {
    for (const controller of running.values()) controller.abort();
  };
}
