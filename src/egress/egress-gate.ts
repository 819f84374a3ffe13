/** Asks before text leaves the device. Nothing reaches a provider around it. */
import type { EgressAnswer, EgressPurpose, EgressRequest } from '../api/egress.js';
import type { Policy } from '../api/vocabulary.js';
import type { CallScope } from '../contract/target.js';
import { EgressDeniedError } from '../errors/errors.js';
import { measureTexts } from '../util/count-bytes.js';
import { waitUnder } from '../util/deadline.js';

/** What the app has said about text leaving the device. */
export interface EgressRules {
  readonly policy: Policy;
  readonly onEgress?: ((request: EgressRequest) => EgressAnswer | Promise<EgressAnswer>) | undefined;
}

/** Asks for one provider. */
export class EgressGate {
  readonly #rules: EgressRules;
  readonly #to: { readonly provider: string; readonly host: string };
  /** One question at a time: an `always` answers those behind it. */
  #latest: Promise<unknown> = Promise.resolve();
  #isAlways = false;
  /** A call is asked for once a purpose, however many requests it takes. */
  readonly #answers = new WeakMap<CallScope, Map<EgressPurpose, Promise<void>>>();

  constructor(rules: EgressRules, to: { readonly provider: string; readonly host: string }) {
    this.#rules = rules;
    this.#to = to;
  }

  /**
   * Resolves when the texts of `call` may go.
   *
   * @param size - what would be sent, where that isn't the call's own texts.
   * @throws EgressDeniedError; the signal's reason.
   */
  async ask(
    purpose: EgressPurpose,
    call: CallScope,
    signal: AbortSignal,
    size: CallScope['size'] = call.size,
  ): Promise<void> {
    if (this.#rules.policy === 'only-on-device') throw this.#denied(`the policy is 'only-on-device'`);
    const answers = this.#answers.get(call) ?? new Map<EgressPurpose, Promise<void>>();
    this.#answers.set(call, answers);
    const answer = answers.get(purpose) ?? this.#queue(purpose, { ...call, ...(size && { size }) });
    answers.set(purpose, answer);
    await waitUnder(signal, answer);
  }

  #queue(purpose: EgressPurpose, call: CallScope): Promise<void> {
    const answer = this.#latest.then(() => this.#question(purpose, call));
    this.#latest = answer.catch(() => undefined);
    return answer;
  }

  async #question(purpose: EgressPurpose, { inputs, size = inputs && measureTexts(inputs) }: CallScope): Promise<void> {
    const { onEgress } = this.#rules;
    if (!onEgress || this.#isAlways) return;
    let answer: unknown;
    try {
      answer = await onEgress({ ...this.#to, purpose, ...size });
    } catch (cause) {
      throw this.#denied('onEgress failed', cause);
    }
    if (answer === 'always') this.#isAlways = true;
    else if (answer !== true) throw this.#denied('onEgress said no');
  }

  #denied(why: string, cause?: unknown): EgressDeniedError {
    const message = `Nothing was sent to ${this.#to.host}: ${why}.`;
    return new EgressDeniedError('egress_denied', message, cause === undefined ? {} : { cause });
  }
}
