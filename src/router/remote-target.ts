/** A provider as a target: consent, proof of its space, prompts, and what its answer is called. */
import type { ModelStats } from '../api/models.js';
import type { Provider, ProviderRows, ProviderTarget } from '../contract/provider.js';
import type { RemoteJobs } from '../contract/remote-jobs.js';
import type { CallScope, EmbeddedRows, Target, TargetOptions, TargetRequest } from '../contract/target.js';
import { BadRequestError, isEmbeddingError, SpaceMismatchError } from '../errors/errors.js';
import { findPrompt } from '../models/prompts.js';
import { scaleRowsToUnit } from '../util/unit-length.js';
import { waitUnder } from '../util/deadline.js';
import type { EgressCounter } from './egress-counter.js';
import { EgressGate, type EgressRules } from './egress-gate.js';
import {
  compareWithReference,
  LONG_PROBE_TEXT,
  PROBE_SIZE,
  PROBE_TEXTS,
  type ProbedVectors,
  type ProbeReference,
} from './parity-probe.js';
import { baseOf, type SpaceBinding } from './space-binding.js';

/** What a remote target needs of the client. */
export interface RemoteSettings {
  /** Its id in the plan. */
  readonly id: string;
  readonly provider: Provider;
  readonly rules: EgressRules;
  readonly counter: EgressCounter;
  readonly binding: SpaceBinding;
  /** Where to find known vectors of the client's own model, the best first; each may have none. */
  readonly references: readonly (() => Promise<ProbeReference | undefined>)[];
  /** Called when the provider turns out not to serve the model it was said to. */
  readonly onDisproved: (reason: string) => void;
}

/** How long a known queue counts as known. */
const LOAD_KNOWN_MS = 2_000;
/** A server that doesn't tell soon isn't the one to ask. */
const LOAD_TIMEOUT_MS = 2_000;

/** Asks one provider. */
export class RemoteTarget implements Target {
  readonly #settings: RemoteSettings;
  readonly #gate: EgressGate;
  readonly #connection: ProviderTarget;
  /** Of its own, so that its requests are told apart. */
  readonly #jobConnection: ProviderTarget;
  /** Comparisons under way. Nothing else is sent meanwhile: every call waits for the first of them. */
  #probes = 0;
  /** The reference it agreed with; null once it is clear that there is none. */
  #proven: Promise<ProbeReference | null> | undefined;
  #pending = 0;
  #load: { readonly value: Promise<number>; readonly until: number } | undefined;

  constructor(settings: RemoteSettings) {
    this.#settings = settings;
    const { provider, rules, counter } = settings;
    const to = { provider: provider.id, host: provider.host };
    this.#gate = new EgressGate(rules, to);
    this.#connection = provider.connect({
      onSend: (sent) => {
        counter.count({ ...to, purpose: this.#probes > 0 ? 'parity-probe' : 'embed', ...sent });
      },
    });
    this.#jobConnection = provider.connect({
      onSend: (sent) => {
        counter.count({ ...to, purpose: 'job', ...sent });
      },
    });
  }

  /** @throws EgressDeniedError; SpaceMismatchError when it was said to serve the client's model and doesn't. */
  async embed(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const { signal, call = { inputs: request.inputs }, onProgress } = options;
    signal.throwIfAborted();
    checkTruncate(request);
    const total = request.inputs.length;
    this.#pending += total;
    try {
      const reference = await this.#prove(call, signal);
      await this.#gate.ask('embed', call, signal);
      const rows = await this.#connection.embed(this.#translate(request, reference), {
        signal,
        ...(onProgress && {
          onProgress: (completed: number) => {
            onProgress({ completed, total });
          },
        }),
      });
      return this.#describe(rows, reference);
    } finally {
      this.#pending -= total;
    }
  }

  /** Infinity of them when the provider doesn't tell. */
  load(): Promise<number> {
    const now = performance.now();
    if (this.#load && now < this.#load.until) return this.#load.value;
    const asked = this.#connection.load?.(AbortSignal.timeout(LOAD_TIMEOUT_MS)) ?? Promise.resolve(Infinity);
    const value = asked.catch(() => Infinity);
    this.#load = { value, until: now + LOAD_KNOWN_MS };
    return value;
  }

  stats(): ModelStats {
    return { queue_fraction: 0, queue_absolute: 0, results_pending: this.#pending, batch_size: 1 };
  }

  dispose(): void {
    this.#connection.dispose();
    this.#jobConnection.dispose();
  }

  /** Its jobs, once its space is known; undefined when it has none. @throws like {@link embed}. */
  async openJobs(key: string): Promise<RemoteJobs | undefined> {
    const { id, binding } = this.#settings;
    const { jobs } = this.#jobConnection;
    if (!jobs) return undefined;
    const reference = await this.#prove({}, new AbortController().signal);
    return {
      key,
      jobs,
      prepare: (request) => {
        checkTruncate(request);
        return this.#translate(request, reference);
      },
      ask: (size, signal) => this.#gate.ask('job', { size }, signal),
      toRows: (result, { dimensions }) => {
        const rows = this.#describe(result, reference);
        binding.claim(id, rows.space, dimensions === undefined);
        return rows;
      },
    };
  }

  /** The client's own space, once this provider is known to answer in it; null when it answers in one of its own. */
  async #prove(call: CallScope, signal: AbortSignal): Promise<ProbeReference | null> {
    const { provider, binding } = this.#settings;
    // Bound to its own space, there is nothing to prove.
    const isBoundToIt = binding.bound !== undefined && baseOf(binding.bound) === provider.space;
    if (!provider.sameModel || isBoundToIt) return null;
    if (!this.#proven) await this.#gate.ask('parity-probe', call, signal, PROBE_SIZE);
    this.#proven ??= this.#compare().catch((error: unknown) => {
      // A failure of the network proves nothing: the next call compares again.
      this.#proven = undefined;
      throw error;
    });
    return waitUnder(signal, this.#proven);
  }

  /** Under no caller's signal, since others wait for the same comparison. */
  async #compare(): Promise<ProbeReference | null> {
    const { id, provider, binding, references, onDisproved } = this.#settings;
    let probed: ProbedVectors | undefined;
    let reason: string | undefined;
    for (const find of references) {
      const reference = await find();
      const { bound } = binding;
      if (!reference || (bound !== undefined && baseOf(bound) !== baseOf(reference.space))) continue;
      probed ??= await this.#probe();
      const verdict = compareWithReference(reference, probed);
      if (verdict.passed) {
        binding.note(id, reference.space);
        return reference;
      }
      reason ??= verdict.reason;
    }
    const expected = binding.bound;
    if (reason === undefined && expected === undefined) {
      binding.note(id, provider.space);
      return null;
    }
    if (reason !== undefined) onDisproved(`It was said to serve this client's model, but ${reason}.`);
    reason ??= `it could not be compared with this device's model, which has never run here`;
    throw new SpaceMismatchError(expected ?? "the client's model", provider.space, {
      note: `Of ${provider.host}: ${reason}.`,
    });
  }

  async #probe(): Promise<ProbedVectors> {
    const { signal } = new AbortController();
    this.#probes += 1;
    try {
      const { vectors, dimensions } = await this.#connection.embed({ inputs: PROBE_TEXTS }, { signal });
      const longVector = await this.#probeLongText(signal);
      return { vectors, dimensions, ...(longVector && { longVector }) };
    } finally {
      this.#probes -= 1;
    }
  }

  /** Servers may refuse what they would have to cut. */
  async #probeLongText(signal: AbortSignal): Promise<Float32Array | undefined> {
    try {
      return (await this.#connection.embed({ inputs: [LONG_PROBE_TEXT] }, { signal })).vectors;
    } catch (error) {
      if (isEmbeddingError(error) && (error.status === 400 || error.status === 413 || error.status === 422))
        return undefined;
      throw error;
    }
  }

  /** As the client's own model would get it, where it is that model: prompts are texts there, not a parameter. */
  #translate(
    { inputs, task, dimensions }: TargetRequest,
    reference: ProbeReference | null,
  ): Parameters<ProviderTarget['embed']>[0] {
    const width = dimensions === undefined ? {} : { dimensions };
    if (!reference) return { inputs, ...width, ...(task !== undefined && { task }) };
    const prompt = findPrompt(reference.prompts, task) ?? '';
    return { inputs: inputs.map((input) => (typeof input === 'string' ? prompt + input : input)), ...width };
  }

  #describe({ vectors, dimensions, totalTokens = 0 }: ProviderRows, reference: ProbeReference | null): EmbeddedRows {
    const { provider } = this.#settings;
    if (reference?.normalize === true) scaleRowsToUnit(vectors, dimensions);
    return {
      vectors,
      dimensions,
      totalTokens,
      space: `${reference ? baseOf(reference.space) : provider.space};dimensions=${String(dimensions)}`,
      provider: { kind: 'remote', id: provider.id, host: provider.host },
      model: provider.model,
    };
  }
}

/** Only who counts tokens can cut a start or refuse a text in time. */
function checkTruncate({ truncate }: TargetRequest): void {
  if (truncate === 'end') return;
  const message = `Remote providers cut the end of texts that are too long, or refuse them; 'truncate: ${truncate}' works on this device only.`;
  throw new BadRequestError('unsupported_parameter', message, { param: 'truncate' });
}
