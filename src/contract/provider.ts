/** What a remote API promises the router. Types only. */
import type { Dtype, Task } from '../api/vocabulary.js';

/** A remote API an app has named. Made by the functions of `inpage-embeddings/providers`; holds no connection. */
export interface Provider {
  /** The kind of API: `openai-compatible`, `infinity`, `nugen` or `segmind`. */
  readonly id: string;
  /** Where text would go: a host, with its port where that isn't the usual one. */
  readonly host: string;
  /** The provider's name for the model. */
  readonly model: string;
  /** Whether the app says that this is the client's own model. It is believed only after a comparison of vectors. */
  readonly sameModel: boolean;
  /** The identity of its vectors, without their width. Two providers with an equal one may stand in for each other. */
  readonly space: string;
  /** What the app says of its weights' dtype: a comparison allows quantised ones more. */
  readonly dtype?: Dtype;
  /** Inputs of one HTTP request, at most. */
  readonly maxInputs: number;
  /** Gets ready to be asked. Nothing is sent yet. @internal */
  connect(context: ProviderContext): ProviderTarget;
}

/** What a provider tells while it works. @internal */
export interface ProviderContext {
  /** Called for every HTTP request just before it goes, with the texts in it; retries are requests too. */
  readonly onSend: (sent: SentTexts) => void;
}

/** What one HTTP request carries. @internal */
export interface SentTexts {
  readonly texts: number;
  /** UTF-8 bytes of the texts, or of the token ids as JSON. */
  readonly bytes: number;
}

/** A provider that can be asked. It checks every answer, tries again where that helps, and never asks for consent. @internal */
export interface ProviderTarget {
  /**
   * The vectors of every input, in order, as the provider scaled them.
   *
   * @throws EmbeddingError by the provider's status, or `invalid_reply`; the signal's reason when it aborts.
   */
  embed(request: ProviderRequest, options: ProviderCallOptions): Promise<ProviderRows>;
  /** How full the provider's queue is, 0 to 1; only where the API tells. */
  load?(signal: AbortSignal): Promise<number>;
  /** Work that goes on without this page; only where the API offers it. */
  readonly jobs?: ProviderJobs;
  /** Ends calls under way, with code `disposed`. */
  dispose(): void;
}

/** A checked request. Prompts are in the texts already where the router puts them there. @internal */
export interface ProviderRequest {
  readonly inputs: readonly (string | readonly number[])[];
  /** For APIs that have tasks of their own; absent once a prompt stands in the texts. */
  readonly task?: Task;
  /** Asked of the provider: the width every vector of the answer must have. Absent: all must be of one width. */
  readonly dimensions?: number;
}

/** How to carry a request out. @internal */
export interface ProviderCallOptions {
  readonly signal: AbortSignal;
  /** Called with the number of inputs answered so far. */
  readonly onProgress?: (completed: number) => void;
  /** Whether nobody else can answer: then a server that is away for a moment is waited for. @default false */
  readonly isLastResort?: boolean;
}

/** The answer to a request. @internal */
export interface ProviderRows {
  /** `[inputs, dimensions]`, row-major, float32; finite, and no row is all zeros. The caller owns the buffer. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** Tokens of all inputs, where the provider tells; of single inputs it never does. */
  readonly totalTokens?: number;
}

/** The four states of a job. Source: Segmind's asynchronous API, "Status states". @internal */
export type ProviderJobStatus = 'QUEUED' | 'PROCESSING' | 'COMPLETED' | 'FAILED';

/** Work that goes on without this page. One input, one remote request. @internal */
export interface ProviderJobs {
  /** Sends one input; the answer is the remote request's id. Never tried again by itself once it may have been accepted. */
  submit(request: ProviderRequest, options: ProviderCallOptions): Promise<string>;
  /** @throws NotFoundError `job_not_found` when the id is unknown or has expired. */
  status(requestId: string, options: ProviderCallOptions): Promise<ProviderJobStatus>;
  /**
   * The vector of a completed request, `[1, dimensions]`.
   *
   * @param request - what was submitted: its width is checked, and its text kept out of errors.
   * @throws InferenceFailed; ConflictError while the request isn't done; NotFoundError `job_not_found`.
   */
  result(requestId: string, request: ProviderRequest, options: ProviderCallOptions): Promise<ProviderJobResult>;
}

/** One completed request. @internal */
export interface ProviderJobResult extends ProviderRows {
  /** Seconds the server computed, where it tells. */
  readonly inferenceTimeS?: number;
}
