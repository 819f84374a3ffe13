/** One caller's request inside the engine: its inputs as entries, its rows as they come, settled exactly once. */
import type { TargetOptions, TargetRequest } from '../../../contract/target.js';
import { createDeferred } from '../../../util/deferred.js';
import { callSafely } from '../../../util/emitter.js';

/** One input of a call, waiting or being embedded. */
export interface Entry {
  readonly call: EmbedCall;
  /** Position in the call's inputs. */
  readonly index: number;
  /** A guess before tokenizing; enough to bound a micro-batch. */
  readonly estimatedTokens: number;
  /** The same, however many of them the model takes: all of a text is tokenized. */
  readonly uncutTokens: number;
  /** How many workers have failed while this entry was theirs. From the first on it is tried alone. */
  failures: number;
  /** How many of those gave no answer within their time. */
  hangs: number;
}

/** A call's rows. */
export interface CallRows {
  /** `[inputs, dimensions]`, row-major, float32. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  readonly tokenCounts: Uint32Array;
  /** 1 where an input was cut. */
  readonly truncated: Uint8Array;
  /** Tokens of an input's own text, after truncation. */
  readonly contentTokens: Uint32Array;
  /** How many of them the vocabulary lacks. */
  readonly unknownTokens: Uint32Array;
}

/** One input's row. */
export interface Row {
  /** `[dimensions]`, copied by the call. */
  readonly vector: Float32Array;
  readonly tokenCount: number;
  readonly truncated: number;
  readonly contentTokens: number;
  readonly unknownTokens: number;
}

/** English text has about four characters a token. Source: OpenAI's documentation on tokens. */
const CHARACTERS_PER_TOKEN = 4;

/** A request under way. */
export class EmbedCall {
  readonly request: TargetRequest;
  readonly priority: TargetOptions['priority'];
  readonly entries: readonly Entry[];
  readonly #answer = createDeferred<CallRows>();
  readonly #onProgress: TargetOptions['onProgress'];
  readonly #tokenCounts: Uint32Array;
  readonly #truncated: Uint8Array;
  readonly #contentTokens: Uint32Array;
  readonly #unknownTokens: Uint32Array;
  #vectors: Float32Array | undefined;
  #completed = 0;
  #isSettled = false;

  /** @param maxTokens - the model's limit, where it is known. */
  constructor(request: TargetRequest, { priority, onProgress }: TargetOptions, maxTokens: number = Infinity) {
    this.request = request;
    this.priority = priority;
    this.#onProgress = onProgress;
    this.#tokenCounts = new Uint32Array(request.inputs.length);
    this.#truncated = new Uint8Array(request.inputs.length);
    this.#contentTokens = new Uint32Array(request.inputs.length);
    this.#unknownTokens = new Uint32Array(request.inputs.length);
    this.entries = request.inputs.map((input, index) => {
      const uncutTokens = typeof input === 'string' ? Math.ceil(input.length / CHARACTERS_PER_TOKEN) : input.length;
      const estimatedTokens = Math.min(uncutTokens, maxTokens);
      return { call: this, index, estimatedTokens, uncutTokens, failures: 0, hangs: 0 };
    });
  }

  /** The rows of every input, or what went wrong. */
  get rows(): Promise<CallRows> {
    return this.#answer.promise;
  }

  /** Inputs that have no vector yet. */
  get pending(): number {
    return this.#isSettled ? 0 : this.entries.length - this.#completed;
  }

  /** Whether nothing more is to be computed for this call. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Takes in one input's row; the last one answers the call. */
  complete(entry: Entry, row: Row): void {
    if (this.#isSettled) return;
    const { length: dimensions } = row.vector;
    this.#vectors ??= new Float32Array(this.entries.length * dimensions);
    this.#vectors.set(row.vector, entry.index * dimensions);
    this.#tokenCounts[entry.index] = row.tokenCount;
    this.#truncated[entry.index] = row.truncated;
    this.#contentTokens[entry.index] = row.contentTokens;
    this.#unknownTokens[entry.index] = row.unknownTokens;
    this.#completed += 1;
    const total = this.entries.length;
    if (this.#onProgress) callSafely(this.#onProgress, { completed: this.#completed, total });
    if (this.#completed < total) return;
    this.#isSettled = true;
    this.#answer.resolve({
      vectors: this.#vectors,
      dimensions,
      tokenCounts: this.#tokenCounts,
      truncated: this.#truncated,
      contentTokens: this.#contentTokens,
      unknownTokens: this.#unknownTokens,
    });
  }

  /** Ends the call with an error or a signal's reason. Rows that still come are dropped. */
  fail(reason: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#answer.reject(reason);
  }
}
