/** A provider as a target: consent, proof of its space, prompts, and what its answer is called. */
import type { EgressPurpose } from '../../api/egress.js';
import type { ModelStats } from '../../api/models.js';
import type { ProviderRows, ProviderTarget } from '../../contract/provider.js';
import type { RemoteJobs } from '../../contract/remote-jobs.js';
import type { CallScope, EmbeddedRows, OtherTarget, TargetOptions, TargetRequest } from '../../contract/target.js';
import { BadRequestError } from '../../errors/errors.js';
import type { ModelFacts } from '../../models/record.js';
import type { EgressCounter } from '../../egress/egress-counter.js';
import { EgressGate, type EgressRules } from '../../egress/egress-gate.js';
import { PROBE_SIZE, type ProbeReference } from '../../spaces/parity/parity-probe.js';
import { promptOf, toProviderRequest, type RequestTerms } from './remote-request.js';
import { finishRows } from './remote-rows.js';
import { IDLE } from '../../models/stats.js';
import { SpaceProof, type ProofSettings } from '../../spaces/parity/space-proof.js';

/** What a remote target needs of the client. */
export interface RemoteSettings extends ProofSettings {
  readonly rules: EgressRules;
  readonly counter: EgressCounter;
  /** What is known of the client's model. */
  readonly facts: ModelFacts | undefined;
}

/** A server that doesn't tell soon isn't the one to ask. */
const LOAD_TIMEOUT_MS = 2_000;
/** What a question about load carries of the user's. */
const NO_TEXT = { texts: 0, bytes: 0 };

/** Asks one provider. */
export class RemoteTarget implements OtherTarget {
  readonly kind = 'remote';
  readonly #settings: RemoteSettings;
  readonly #gate: EgressGate;
  readonly #proof: SpaceProof;
  readonly #connection: ProviderTarget;
  /** Each of its own, so that its requests are told apart. */
  readonly #probeConnection: ProviderTarget;
  readonly #jobConnection: ProviderTarget;
  /** The app is asked once whether the provider may be asked how busy it is. */
  readonly #loadScope: CallScope = {};
  #pending = 0;

  constructor(settings: RemoteSettings) {
    this.#settings = settings;
    const { provider, rules } = settings;
    this.#gate = new EgressGate(rules, { provider: provider.id, host: provider.host });
    this.#connection = this.#connect('embed');
    this.#probeConnection = this.#connect('parity-probe');
    this.#jobConnection = this.#connect('job');
    this.#proof = new SpaceProof(settings, {
      consent: (call, signal) => this.#gate.ask('parity-probe', call, signal, PROBE_SIZE),
      embed: (inputs, isLastResort) =>
        this.#probeConnection.embed({ inputs }, { signal: new AbortController().signal, isLastResort }),
    });
  }

  /** @throws EgressDeniedError; SpaceMismatchError when it was said to serve the client's model and doesn't. */
  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const { signal, call = { inputs: request.inputs }, onProgress, isLastResort = false } = options;
    signal.throwIfAborted();
    checkTruncate(request);
    const total = request.inputs.length;
    this.#pending += total;
    try {
      const reference = await this.#proof.prove(call, signal, isLastResort);
      // Refused before anybody is asked for consent.
      const translated = toProviderRequest(request, this.#terms(reference));
      await this.#gate.ask('embed', call, signal);
      const rows = await this.#connection.embed(translated, {
        signal,
        isLastResort,
        ...(onProgress && {
          onProgress: (completed: number) => {
            onProgress({ completed, total });
          },
        }),
      });
      return this.#finish(rows, reference, request);
    } finally {
      this.#pending -= total;
    }
  }

  /** How full its queue is, 0 to 1, once the app has said that it may be asked; Infinity when nobody tells. */
  async load(): Promise<number> {
    if (!this.#connection.load) return Infinity;
    try {
      await this.#gate.ask('load', this.#loadScope, new AbortController().signal, NO_TEXT);
      return await this.#connection.load(AbortSignal.timeout(LOAD_TIMEOUT_MS));
    } catch {
      return Infinity;
    }
  }

  stats(): ModelStats {
    return { ...IDLE, results_pending: this.#pending };
  }

  dispose(): void {
    for (const connection of [this.#connection, this.#probeConnection, this.#jobConnection]) connection.dispose();
  }

  /** Its jobs, once its space is known; undefined when it has none. @throws like {@link embed}. */
  async openJobs(key: string): Promise<RemoteJobs | undefined> {
    const { id, binding } = this.#settings;
    const { jobs } = this.#jobConnection;
    if (!jobs) return undefined;
    const reference = await this.#proof.prove({}, new AbortController().signal);
    return {
      key,
      jobs,
      prepare: (request) => {
        checkTruncate(request);
        return toProviderRequest(request, this.#terms(reference));
      },
      ask: (size, signal) => this.#gate.ask('job', { size }, signal),
      toRows: (result, request) => {
        const rows = this.#finish(result, reference, request);
        binding.claim(id, rows.space, request.dimensions === undefined);
        return rows;
      },
    };
  }

  #connect(purpose: EgressPurpose): ProviderTarget {
    const { provider, counter } = this.#settings;
    return provider.connect({
      onSend: (sent) => {
        counter.count({ provider: provider.id, host: provider.host, purpose, ...sent });
      },
    });
  }

  #terms(reference: ProbeReference | null): RequestTerms {
    const { provider, facts, rules } = this.#settings;
    return { model: provider.model, reference, facts, hasOwnIds: rules.policy !== 'only-remote' };
  }

  #finish(rows: ProviderRows, reference: ProbeReference | null, request: TargetRequest): EmbeddedRows {
    const { provider, normalize, facts } = this.#settings;
    const { dimensions } = request;
    const prompt = promptOf(request, reference);
    const centersBeforeCut = facts?.centersBeforeCut === true;
    return finishRows(rows, { provider, reference, normalize, centersBeforeCut, dimensions, prompt });
  }
}

/** Only who counts tokens can cut a start or refuse a text in time. */
function checkTruncate({ truncate }: TargetRequest): void {
  if (truncate === 'end') return;
  const message = `Providers cut the end of long texts, or refuse them: 'truncate: ${truncate}' works on this device only.`;
  throw new BadRequestError('unsupported_parameter', message, { param: 'truncate' });
}
