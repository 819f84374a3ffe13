/** `client.embeddings`: check, route, shape. */
import type { CreateEmbeddingResponse, EmbeddingCreateParams, RequestOptions } from '../api/embeddings.js';
import type { EncodingFormat } from '../api/vocabulary.js';
import type { Target } from '../contract/target.js';
import { startDeadline } from '../util/deadline.js';
import { checkParams, checkRequestOptions } from './check-input.js';
import { shapeResponse } from './shape-response.js';

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
    const request = checkParams(params, this.#model);
    checkRequestOptions(options);
    const { priority = request.inputs.length === 1 ? 'interactive' : 'bulk', onProgress } = options;
    const deadline = startDeadline(options.signal, options.timeoutMs);
    try {
      const rows = await this.#target.embed(request, {
        signal: deadline.signal,
        priority,
        ...(onProgress && { onProgress }),
      });
      return shapeResponse(rows, this.#model, params.encoding_format ?? 'float');
    } finally {
      deadline.clear();
    }
  }
}
