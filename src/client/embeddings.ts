/** `client.embeddings`: what an app calls. What answers is loaded beside the entry, so that a page starts with less. */
import type {
  CreateEmbeddingResponse,
  EmbeddingCreateParams,
  EmbeddingStreamParams,
  RequestOptions,
  StreamedEmbedding,
  StreamOptions,
} from '../api/embeddings.js';
import type { EncodingFormat } from '../api/vocabulary.js';
import type { Calls } from './calls/create-calls.js';

/** OpenAI's `embeddings` resource. */
export class Embeddings {
  readonly #openCalls: () => Promise<Pick<Calls, 'embeddings'>>;

  /** @internal */
  constructor(openCalls: () => Promise<Pick<Calls, 'embeddings'>>) {
    this.#openCalls = openCalls;
  }

  /**
   * The vectors of every input, in order, in OpenAI's response: strings for `encoding_format: 'base64'`, arrays of numbers
   * for every other.
   *
   * @throws BadRequestError, NotFoundError with `param` and `code`, before any work starts; `integer_above_max_value` and
   *   `context_length_exceeded` once the model is loaded.
   * @throws ModelLoadError when a file is missing or damaged. The next call tries again.
   * @throws SpaceMismatchError when only targets of another space could answer; EgressDeniedError when text may not leave;
   *   AllTargetsFailedError with every attempt; a provider's errors by their status.
   * @throws RateLimitError `queue_full`; WorkerDiedError `worker_died`; APIConnectionTimeoutError `timeout`.
   * @throws the signal's reason when `signal` aborts.
   */
  create(
    params: EmbeddingCreateParams & { readonly encoding_format: 'base64' },
    options?: RequestOptions,
  ): Promise<CreateEmbeddingResponse<string>>;
  create(
    params: EmbeddingCreateParams & { readonly encoding_format?: Exclude<EncodingFormat, 'base64'> },
    options?: RequestOptions,
  ): Promise<CreateEmbeddingResponse>;
  create(
    params: EmbeddingCreateParams,
    options?: RequestOptions,
  ): Promise<CreateEmbeddingResponse | CreateEmbeddingResponse<string>>;
  async create(
    params: EmbeddingCreateParams,
    options?: RequestOptions,
  ): Promise<CreateEmbeddingResponse | CreateEmbeddingResponse<string>> {
    const { embeddings } = await this.#openCalls();
    return embeddings.create(params, options);
  }

  /**
   * The vectors of a collection of any size, in order, as they are ready. Only a few hundred inputs are held at a time, and
   * the source is read no faster than they are embedded.
   *
   * Inputs are checked one by one: a bad one ends the iteration with its error, after the vectors of those before it.
   * Ending the loop early ends the work. `timeoutMs` counts from the first step.
   *
   * @throws like `create()`.
   * @example
   * for await (const { index, embedding } of client.embeddings.stream({ input: readNotes() })) save(index, embedding);
   */
  stream(
    params: EmbeddingStreamParams & { readonly encoding_format: 'base64' },
    options?: StreamOptions,
  ): AsyncGenerator<StreamedEmbedding<string>, void, undefined>;
  stream(
    params: EmbeddingStreamParams & { readonly encoding_format?: Exclude<EncodingFormat, 'base64'> },
    options?: StreamOptions,
  ): AsyncGenerator<StreamedEmbedding, void, undefined>;
  stream(
    params: EmbeddingStreamParams,
    options?: StreamOptions,
  ): AsyncGenerator<StreamedEmbedding | StreamedEmbedding<string>, void, undefined>;
  async *stream(
    params: EmbeddingStreamParams,
    options?: StreamOptions,
  ): AsyncGenerator<StreamedEmbedding | StreamedEmbedding<string>, void, undefined> {
    const { embeddings } = await this.#openCalls();
    yield* embeddings.stream(params, options);
  }
}
