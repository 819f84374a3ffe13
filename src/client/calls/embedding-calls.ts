/** What a call of `client.embeddings` goes through: check, route, shape. */
import type {
  CreateEmbeddingResponse,
  EmbeddingCreateParams,
  EmbeddingInput,
  EmbeddingStreamParams,
  RequestOptions,
  StreamedEmbedding,
  StreamOptions,
} from '../../api/embeddings.js';
import type { CallScope, EmbeddedRows, Target, TargetRequest } from '../../targets/target.js';
import { EmbeddingError, SpaceMismatchError } from '../../errors/errors.js';
import { startDeadline } from '../../util/deadline.js';
import { mapInOrder } from '../../util/map-in-order.js';
import { shiftInput } from '../../util/name-input.js';
import type { AnsweredModels } from './answered-models.js';
import { checkIterable, checkParams, checkRequestOptions } from './check-input.js';
import { embedInParts } from './split-parts.js';
import { readGroups, type InputGroup } from './read-groups.js';
import { shapeEmbeddings, shapeResponse, type ShapedEmbedding } from './shape-response.js';
import { UnknownTextWatch } from './unknown-text.js';

/** Answers calls: the part of `client.embeddings` that is loaded when it is first needed. */
export class EmbeddingCalls {
  readonly #target: Pick<Target, 'embed'>;
  readonly #models: AnsweredModels;
  readonly #findBatch: FindBatch;
  readonly #watch: UnknownTextWatch;

  /** @param findBatch - absent: inputs of a stream go one by one. */
  constructor(
    target: Pick<Target, 'embed'>,
    models: AnsweredModels,
    findBatch: FindBatch = () => 1,
    watch: UnknownTextWatch = new UnknownTextWatch(() => undefined),
  ) {
    this.#target = target;
    this.#models = models;
    this.#findBatch = findBatch;
    this.#watch = watch;
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
      const unknown = this.#watch.begin();
      const settings = { signal: deadline.signal, priority, ...(onProgress && { onProgress }) };
      for await (const rows of embedInParts(this.#target, request, settings)) {
        // Not by spreading: a call takes only so many arguments.
        for (const embedding of shapeEmbeddings(rows, data.length, params.encoding_format ?? 'float')) {
          data.push(embedding);
        }
        tokens += rows.totalTokens;
        unknown.add(rows);
        last = rows;
      }
      unknown.end();
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
    let index = 0;
    let space: string | undefined;
    const groups = readGroups(input, {
      check: (item) => this.#checkItem(item, params),
      size: (position) => Math.min(this.#findBatch(position > 0 && space === undefined), STREAM_GROUP),
    });
    const embed = async ({ request, start }: InputGroup): Promise<EmbeddedRows> =>
      shiftInput(this.#target.embed(request, settings), start);
    const weigh = ({ request }: InputGroup): number => request.inputs.length;
    const unknown = this.#watch.begin();
    try {
      for await (const rows of mapInOrder(groups, STREAM_INPUTS, embed, weigh)) {
        unknown.add(rows);
        space ??= rows.space;
        if (rows.space !== space) throw new SpaceMismatchError(space, rows.space);
        for (const embedding of shapeEmbeddings(rows, index, params.encoding_format ?? 'float')) {
          index += 1;
          yield { ...embedding, space, prompt: rows.prompt ?? '', provider: rows.provider };
        }
      }
    } finally {
      unknown.end();
      deadline.cancel(new EmbeddingError('disposed', 'Nobody reads this stream any more.'));
    }
  }

  #checkItem(item: unknown, params: Omit<EmbeddingStreamParams, 'input'>): TargetRequest {
    return checkParams({ ...params, input: [item] as EmbeddingInput }, this.#models);
  }
}

/** Enough to fill every worker's and a GPU's next micro-batches, and little enough to hold. */
const STREAM_INPUTS = 512;
/** So that several requests to a provider that takes many inputs are under way. */
const STREAM_GROUP = 128;

/**
 * How many inputs of a stream are best asked for at once, by who would answer them now.
 *
 * @param isUnsure - whether that target hasn't answered this stream yet, so that another one may have to.
 */
export type FindBatch = (isUnsure: boolean) => number;

/** Whoever follows its progress, or calls it bulk, knows that the call is a large one. */
function meansMany({ priority, onProgress }: RequestOptions): boolean {
  return priority === 'bulk' || onProgress !== undefined;
}
