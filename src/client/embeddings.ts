/** `client.embeddings`: check, route, shape. */
import type {
  CreateEmbeddingResponse,
  EmbeddingCreateParams,
  EmbeddingInput,
  EmbeddingStreamParams,
  RequestOptions,
  StreamedEmbedding,
  StreamOptions,
} from '../api/embeddings.js';
import type { EncodingFormat } from '../api/vocabulary.js';
import type { Target } from '../contract/target.js';
import { EmbeddingError, SpaceMismatchError } from '../errors/errors.js';
import { startDeadline } from '../util/deadline.js';
import { mapInOrder } from '../util/map-in-order.js';
import { checkIterable, checkParams, checkRequestOptions } from './check-input.js';
import { embedInParts } from './embed-in-parts.js';
import { collectResponse, shapeEmbeddings } from './shape-response.js';

/** OpenAI's `embeddings` resource. */
export class Embeddings {
  readonly #target: Target;
  readonly #model: string;

  /** @internal */
  constructor(target: Target, model: string) {
    this.#target = target;
    this.#model = model;
  }

  /**
   * The vectors of every input, in order, in OpenAI's response: strings for `encoding_format: 'base64'`, arrays of numbers
   * for every other.
   *
   * @throws BadRequestError, NotFoundError with `param` and `code`, before any work starts; `integer_above_max_value` and
   *   `context_length_exceeded` once the model is loaded.
   * @throws ModelLoadError when a file is missing or damaged. The next call tries again.
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
    options: RequestOptions = {},
  ): Promise<CreateEmbeddingResponse | CreateEmbeddingResponse<string>> {
    checkRequestOptions(options);
    const request = checkParams(params, this.#model, { allowsMany: meansMany(options) });
    const { priority = request.inputs.length === 1 ? 'interactive' : 'bulk', onProgress } = options;
    const deadline = startDeadline(options.signal, options.timeoutMs);
    try {
      const settings = { signal: deadline.signal, priority, ...(onProgress && { onProgress }) };
      const parts = embedInParts(this.#target, request, settings);
      return await collectResponse(parts, this.#model, params.encoding_format);
    } finally {
      deadline.clear();
    }
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
    { input, ...params }: EmbeddingStreamParams,
    options: StreamOptions = {},
  ): AsyncGenerator<StreamedEmbedding | StreamedEmbedding<string>, void, undefined> {
    checkRequestOptions(options);
    checkIterable(input);
    const deadline = startDeadline(options.signal, options.timeoutMs);
    const settings = { signal: deadline.signal, priority: options.priority ?? 'bulk' };
    const source = mapInOrder(input, STREAM_INPUTS, async (item) => {
      const request = checkParams({ ...params, input: [item] as EmbeddingInput }, this.#model);
      return this.#target.embed(request, settings);
    });
    let index = 0;
    let space: string | undefined;
    try {
      for await (const rows of source) {
        space ??= rows.space;
        if (rows.space !== space) throw new SpaceMismatchError(space, rows.space);
        const [embedding] = shapeEmbeddings(rows, index++, params.encoding_format ?? 'float');
        if (embedding) yield { ...embedding, space, provider: rows.provider };
      }
    } finally {
      deadline.cancel(new EmbeddingError('disposed', 'Nobody reads this stream any more.'));
    }
  }
}

/** Enough to fill every worker's and a GPU's next micro-batches, and little enough to hold. */
const STREAM_INPUTS = 512;

/** Whoever follows its progress, or calls it bulk, knows that the call is a large one. */
function meansMany({ priority, onProgress }: RequestOptions): boolean {
  return priority === 'bulk' || onProgress !== undefined;
}
