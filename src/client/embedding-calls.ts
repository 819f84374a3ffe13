/** What a call of `client.embeddings` goes through: check, route, shape. */
import type {
  CreateEmbeddingResponse,
  EmbeddingCreateParams,
  EmbeddingInput,
  EmbeddingStreamParams,
  RequestOptions,
  StreamedEmbedding,
  StreamOptions,
} from '../api/embeddings.js';
import type { CallScope, EmbeddedRows, Target } from '../contract/target.js';
import { EmbeddingError, SpaceMismatchError } from '../errors/errors.js';
import { startDeadline } from '../util/deadline.js';
import { mapInOrder } from '../util/map-in-order.js';
import { shiftInput } from '../util/name-input.js';
import type { AnsweredModels } from './answered-models.js';
import { checkIterable, checkParams, checkRequestOptions } from './check-input.js';
import { embedInParts } from './embed-in-parts.js';
import { shapeEmbeddings, shapeResponse, type ShapedEmbedding } from './shape-response.js';

/** Answers calls: the part of `client.embeddings` that is loaded when it is first needed. */
export class EmbeddingCalls {
  readonly #target: Pick<Target, 'embed'>;
  readonly #models: AnsweredModels;

  constructor(target: Pick<Target, 'embed'>, models: AnsweredModels) {
    this.#target = target;
    this.#models = models;
  }

  /** See `Embeddings.create`. */
  async create(
    params: EmbeddingCreateParams,
    options: RequestOptions = {},
  ): Promise<CreateEmbeddingResponse | CreateEmbeddingResponse<string>> {
    checkRequestOptions(options);
    const request = checkParams(params, this.#models, { allowsMany: meansMany(options) });
    const { priority = request.inputs.length === 1 ? 'interactive' : 'bulk', onProgress } = options;
    const deadline = startDeadline(options.signal, options.timeoutMs);
    try {
      const data: ShapedEmbedding[] = [];
      let tokens = 0;
      let last: EmbeddedRows | undefined;
      const settings = { signal: deadline.signal, priority, ...(onProgress && { onProgress }) };
      for await (const rows of embedInParts(this.#target, request, settings)) {
        // Not by spreading: a call takes only so many arguments.
        for (const embedding of shapeEmbeddings(rows, data.length, params.encoding_format ?? 'float')) {
          data.push(embedding);
        }
        tokens += rows.totalTokens;
        last = rows;
      }
      if (!last) throw new EmbeddingError('internal', 'Expected rows, but none came.');
      return shapeResponse(data, tokens, last);
    } finally {
      deadline.clear();
    }
  }

  /** See `Embeddings.stream`. */
  async *stream(
    { input, ...params }: EmbeddingStreamParams,
    options: StreamOptions = {},
  ): AsyncGenerator<StreamedEmbedding | StreamedEmbedding<string>, void, undefined> {
    checkRequestOptions(options);
    checkIterable(input);
    const deadline = startDeadline(options.signal, options.timeoutMs);
    const call: CallScope = {};
    const settings = { signal: deadline.signal, priority: options.priority ?? 'bulk', call };
    const source = mapInOrder(input, STREAM_INPUTS, async (item, position) => {
      const request = checkParams({ ...params, input: [item] as EmbeddingInput }, this.#models);
      return shiftInput(this.#target.embed(request, settings), position);
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
