/** The request and response of `embeddings.create()`: OpenAI's, and what this library adds. Types only. */
import type { Device, Dtype, EncodingFormat, Priority, RuntimeName, Task, Truncate } from './vocabulary.js';

/** What to embed: a text, texts, one text's token ids, or several texts' token ids. */
export type EmbeddingInput = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

/** The request of `embeddings.create()`. */
export interface EmbeddingCreateParams {
  /**
   * At least one input, none of them empty. Token ids are embedded as given, nothing is added. More than OpenAI's 2,048 are
   * taken only from a call with `priority: 'bulk'` or `onProgress`, which says that they are meant.
   */
  readonly input: EmbeddingInput;
  /** The client's model; or a provider's, and then only such providers answer. @default the client's model */
  readonly model?: string;
  /** How vectors are written: as numbers, base64, integers of one byte, or bits. @default 'float' */
  readonly encoding_format?: EncodingFormat;
  /**
   * Width of the vectors: each is cut to the first so many numbers, then scaled to unit length. A model's own width, and for
   * Matryoshka models those their makers offer; any other is refused, also where a provider answers with a model that is known.
   * Other providers are asked for it.
   *
   * @default the model's own width
   */
  readonly dimensions?: number;
  /**
   * Picks the model's prompt, which is put before each text; not before token ids. `prompt` of the response says which. Refused
   * by name where a model has prompts, but none for this task; without any it changes nothing.
   *
   * @default no prompt, but for the few models whose files name one for every text
   */
  readonly task?: Task;
  /** What happens to a text over the model's limit. @default 'end' */
  readonly truncate?: Truncate;
  /** OpenAI's field. Accepted and not used, and never sent. */
  readonly user?: string;
}

/** Options of one call. */
export interface RequestOptions {
  /** Ends the call: it rejects with the signal's reason, and what hasn't been computed isn't. */
  readonly signal?: AbortSignal;
  /**
   * Ends the call with `APIConnectionTimeoutError` after so many milliseconds, loading included. By the clock, so also while the
   * device sleeps: whoever sets a limit means the wait. The library's own limits don't count such time.
   *
   * @default no limit
   */
  readonly timeoutMs?: number;
  /** Interactive calls overtake bulk ones. @default 'interactive' for one input, else 'bulk' */
  readonly priority?: Priority;
  /** Called on the page's thread as inputs are embedded. */
  readonly onProgress?: (progress: EmbedProgress) => void;
}

/** The request of `embeddings.stream()`. */
export interface EmbeddingStreamParams extends Omit<EmbeddingCreateParams, 'input'> {
  /** Texts, or token ids of texts, of any number; read only as fast as they are embedded. */
  readonly input: AsyncIterable<string | readonly number[]> | Iterable<string | readonly number[]>;
}

/** Options of one stream. */
export type StreamOptions = Omit<RequestOptions, 'onProgress'>;

/** One vector of a stream. */
export interface StreamedEmbedding<T extends number[] | string = number[]> extends Embedding<T> {
  /** Identifies the vector space; the same for every vector of a stream. */
  readonly space: string;
  /** The text that was put before the input; empty where there was none. */
  readonly prompt: string;
  /** Who computed it. */
  readonly provider: ProviderInfo;
}

/** How far a call is, in inputs. */
export interface EmbedProgress {
  /** Inputs embedded so far. */
  readonly completed: number;
  /** Inputs of the call. */
  readonly total: number;
}

/** One input's vector. */
export interface Embedding<T extends number[] | string = number[]> {
  /** Always `embedding`. */
  readonly object: 'embedding';
  /** The input's position in the request. */
  readonly index: number;
  /**
   * As `encoding_format` has it. `float`: `[dimensions]` numbers of unit length; `base64`: a string of them as little-endian
   * float32; `int8`: `[dimensions]` integers of -127 to 127; `binary`: `[ceil(dimensions / 8)]` bytes of 0 to 255.
   */
  readonly embedding: T;
  /** Tokens embedded, special tokens included, after truncation. Absent from remote providers, which don't tell. */
  readonly token_count?: number;
  /** Whether the input was over the model's limit and was cut. Absent from remote providers, which don't tell. */
  readonly truncated?: boolean;
  /**
   * How many of the tokens stand for text that the model's vocabulary lacks: texts of such tokens have much the same vector,
   * whatever they say. Absent from remote providers, which don't tell.
   */
  readonly unknown_tokens?: number;
}

/** The response of `embeddings.create()`: OpenAI's, plus `space`, `prompt` and `provider`. */
export interface CreateEmbeddingResponse<T extends number[] | string = number[]> {
  /** Always `list`. */
  readonly object: 'list';
  /** In the order of the inputs. */
  readonly data: Embedding<T>[];
  /** The model that answered: the client's, or a provider's. */
  readonly model: string;
  /** Tokens embedded, special tokens included, after truncation; 0 where a provider doesn't tell. */
  readonly usage: Usage;
  /** Identifies the vector space. Compare vectors only when this is equal; equal width isn't enough. */
  readonly space: string;
  /**
   * The text that this library put before each input: the model's prompt, or the app's. Empty where there was none, before token
   * ids, and for providers of other models, which have the task as a parameter.
   */
  readonly prompt: string;
  /** Who computed the vectors. */
  readonly provider: ProviderInfo;
}

/** What a call took, in tokens. Both are equal: embedding gives no tokens back. */
export interface Usage {
  /** Tokens of the inputs. */
  readonly prompt_tokens: number;
  /** The same number. */
  readonly total_tokens: number;
}

/** Who computed an answer. */
export interface ProviderInfo {
  /** `local` is this device, `remote` a provider of `fallback`. */
  readonly kind: 'local' | 'remote';
  /** Runtime and device in one word, or the kind of API. */
  readonly id: string;
  /** The part of this device that computed. */
  readonly device?: Device;
  /** The software that ran the model on this device. */
  readonly runtime?: RuntimeName;
  /** Number format of the weights that were loaded on this device. */
  readonly dtype?: Dtype;
  /** Where the texts went. */
  readonly host?: string;
}
