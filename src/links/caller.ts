/** Asks another realm, one message a call, where Comlink doesn't: see README.md. */
import type { AnswerMessage, CallMessage } from '../ports/call-messages.js';
import type { Outcome } from '../ports/outcome.js';
import type { Endpoint } from './endpoint.js';

/** What else passes on the same line. */
interface Other {
  readonly kind?: undefined;
}

/** Calls to whoever does `answerCalls` at the other end. */
export class Caller<Request, Value> {
  readonly #endpoint: Endpoint;
  readonly #waiting = new Map<number, (outcome: Outcome<Value>) => void>();
  #asked = 0;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    endpoint.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<AnswerMessage<Value> | Other>;
      if (data.kind !== 'answer') return;
      this.#waiting.get(data.id)?.(data.outcome);
      this.#waiting.delete(data.id);
    });
    endpoint.start?.();
  }

  /**
   * The outcome, whose buffers are the caller's; never settles when the other end is gone, which a link has to notice.
   *
   * @param transfer - what of the request is handed over instead of copied.
   * @param signal - when it aborts, the other end is told that nobody waits any more, and nothing settles.
   */
  ask(request: Request, transfer: Transferable[] = [], signal?: AbortSignal): Promise<Outcome<Value>> {
    return new Promise((resolve) => {
      const id = this.#asked++;
      const cancel = (): void => {
        this.#waiting.delete(id);
        this.#send({ kind: 'cancel', id });
      };
      this.#waiting.set(id, (outcome) => {
        signal?.removeEventListener('abort', cancel);
        resolve(outcome);
      });
      signal?.addEventListener('abort', cancel, { once: true });
      this.#send({ kind: 'call', id, request }, transfer);
    });
  }

  #send(message: CallMessage<Request>, transfer: Transferable[] = []): void {
    this.#endpoint.postMessage(message, transfer);
  }
}
