/** Whether a provider serves the client's own model, as the app says: compared once, for every call that waits. */
import type { Provider, ProviderRows } from '../../contract/provider.js';
import type { CallScope } from '../../contract/target.js';
import { isEmbeddingError, SpaceMismatchError } from '../../errors/errors.js';
import { waitUnder } from '../../util/deadline.js';
import { SharedAttempt } from '../../util/share-success.js';
import {
  compareWithReference,
  LONG_PROBE_TEXT,
  PROBE_TEXTS,
  type ProbedVectors,
  type ProbeReference,
} from './parity-probe.js';
import { baseOf, spaceOfProvider, type SpaceBinding } from '../space-binding.js';

/** What a proof needs. */
export interface ProofSettings {
  /** The target's id in the plan. */
  readonly id: string;
  readonly provider: Provider;
  readonly binding: SpaceBinding;
  /** Whether the app wants vectors of unit length. */
  readonly normalize: boolean;
  /** Where to find known vectors of the client's own model, the best first; each may have none. */
  readonly references: readonly (() => Promise<readonly ProbeReference[]>)[];
  /** Called when the provider turns out not to serve the model it was said to. */
  readonly onDisproved: (reason: string) => void;
}

/** What a proof does with the provider. */
export interface ProofSteps {
  /** Asks the app for consent. @throws EgressDeniedError */
  readonly consent: (call: CallScope, signal: AbortSignal) => Promise<void>;
  /** The provider's vectors of some texts, in one request. */
  readonly embed: (inputs: readonly string[], isLastResort: boolean) => Promise<ProviderRows>;
}

/** Finds out once, and again only after a failure that proves nothing. */
export class SpaceProof {
  readonly #settings: ProofSettings;
  readonly #steps: ProofSteps;
  /** The reference it agreed with; null once it is clear that there is none. */
  /** A failure of the network proves nothing: the next call compares again. */
  readonly #proven = new SharedAttempt<ProbeReference | null>();

  constructor(settings: ProofSettings, steps: ProofSteps) {
    this.#settings = settings;
    this.#steps = steps;
  }

  /**
   * The client's own space, once the provider is known to answer in it; null when it answers in one of its own.
   *
   * @param isLastResort - whether a server that is away for a moment is waited for.
   * @throws SpaceMismatchError when it was said to serve the client's model and doesn't; EgressDeniedError; the provider's
   *   errors; the signal's reason.
   */
  async prove(call: CallScope, signal: AbortSignal, isLastResort = false): Promise<ProbeReference | null> {
    const { provider, binding } = this.#settings;
    // Bound to its own space, there is nothing to prove.
    const isBoundToIt = binding.bound !== undefined && baseOf(binding.bound) === this.#ownSpace;
    if (!provider.sameModel || isBoundToIt) return null;
    if (!this.#proven.current) await this.#steps.consent(call, signal);
    return waitUnder(
      signal,
      this.#proven.get(() => this.#compare(isLastResort)),
    );
  }

  get #ownSpace(): string {
    return spaceOfProvider(this.#settings.provider, this.#settings.normalize);
  }

  /** Under no caller's signal, since others wait for the same comparison. */
  async #compare(isLastResort: boolean): Promise<ProbeReference | null> {
    const { id, provider, binding, references, onDisproved } = this.#settings;
    const judge = new ProbeJudge(provider, (inputs) => this.#steps.embed(inputs, isLastResort));
    for (const find of references) {
      for (const reference of await find()) {
        const { bound } = binding;
        if (bound !== undefined && baseOf(bound) !== baseOf(reference.space)) continue;
        if (!(await judge.passes(reference))) continue;
        binding.note(id, reference.space);
        return reference;
      }
    }
    const expected = binding.bound;
    if (judge.reason === undefined && expected === undefined) {
      binding.note(id, this.#ownSpace);
      return null;
    }
    if (judge.reason !== undefined) onDisproved(`It was said to serve this client's model, but ${judge.reason}.`);
    const reason = judge.reason ?? `it could not be compared with this device's model, which has never run here`;
    throw new SpaceMismatchError(expected ?? "the client's model", this.#ownSpace, {
      note: `Of ${provider.host}: ${reason}.`,
    });
  }
}

/** Compares one provider with references, and asks it for no vector twice. */
class ProbeJudge {
  readonly #provider: Provider;
  readonly #embed: (inputs: readonly string[]) => Promise<ProviderRows>;
  /** Why it agreed with none so far, by the first that was compared. */
  reason: string | undefined;
  #together: Promise<ProbedVectors> | undefined;
  #apart: Promise<ProbedVectors> | undefined;

  constructor(provider: Provider, embed: (inputs: readonly string[]) => Promise<ProviderRows>) {
    this.#provider = provider;
    this.#embed = embed;
  }

  /** Texts that run together move each other where weights are quantised: what is close is asked for once more, one by one. */
  async passes(reference: ProbeReference): Promise<boolean> {
    const { dtype } = this.#provider;
    let verdict = compareWithReference(reference, await (this.#together ??= this.#ask()), dtype);
    if (!verdict.passed && verdict.isClose) {
      verdict = compareWithReference(reference, await (this.#apart ??= this.#askOneByOne()), dtype);
    }
    if (!verdict.passed) this.reason ??= verdict.reason;
    return verdict.passed;
  }

  async #ask(): Promise<ProbedVectors> {
    const { vectors, dimensions } = await this.#embed(PROBE_TEXTS);
    const longVector = await this.#askLongText();
    return { vectors, dimensions, ...(longVector && { longVector }) };
  }

  async #askOneByOne(): Promise<ProbedVectors> {
    const rows: ProviderRows[] = [];
    // One after the other: a server puts what comes at once into one batch.
    for (const text of PROBE_TEXTS) rows.push(await this.#embed([text]));
    const vectors = Float32Array.from(rows.flatMap((row) => [...row.vectors]));
    return { ...(await (this.#together ??= this.#ask())), vectors };
  }

  /** Servers may refuse what they would have to cut. */
  async #askLongText(): Promise<Float32Array | undefined> {
    try {
      return (await this.#embed([LONG_PROBE_TEXT])).vectors;
    } catch (error) {
      if (isEmbeddingError(error) && (error.status === 400 || error.status === 413 || error.status === 422))
        return undefined;
      throw error;
    }
  }
}
