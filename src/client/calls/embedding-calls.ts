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
import { EmbeddingError, SpaceMismatchError } from '../../errors/errors.js';
import type { Router } from '../../route/router.js';
import type { DeviceTrial } from '../../route/trials/device-trial.js';
import type { SpeedRequirement } from '../../route/trials/require-speed.js';
import type { CallScope, EmbeddedRows, TargetOptions, TargetRequest } from '../../contract/target.js';
import { startDeadline } from '../../util/deadline.js';
import { mapInOrder } from '../../util/concurrency.js';
import { shiftInput } from '../../util/name-input.js';
import type { AnsweredModels } from './answered-models.js';
import { checkIterable, checkParams, checkRequestOptions } from './check-input.js';
import { readGroups, type InputGroup } from './read-groups.js';
import { shapeEmbeddings, shapeResponse, type ShapedEmbedding } from './shape-response.js';
import { splitParts } from './split-parts.js';
import type { UnknownTextWatch } from './unknown-text.js';

/** What calls go through. */
export interface EmbeddingCallsSettings {
  readonly router: Pick<Router, 'embed'>;
  readonly models: AnsweredModels;
  readonly watch: UnknownTextWatch;
  /** Counts what is embedded. */
  readonly trial?: Pick<DeviceTrial, 'count'>;
  /** What a target has to pass before it answers. */
  readonly speed?: Pick<SpeedRequirement, 'check'> | undefined;
  /** Called with every answer before its caller has it. */
  readonly onAnswer?: (rows: EmbeddedRows) => void;
  /**
   * How many inputs of a stream are best asked for at once, by who would answer them now. Absent: they go one by one.
   *
   * @param isUnsure - whether that target hasn't answered this stream yet, so that another one may have to.
   */
  readonly findBatch?: (isUnsure: boolean) => number;
}

/** So that every worker has something to do while a part is shaped. */
const CALL_INPUTS = 1024;
/** Enough to fill every worker's and a GPU's next micro-batches, and little enough to hold. */
const STREAM_INPUTS = 512;
/** So that several requests to a provider that takes many inputs are under way. */
const STREAM_GROUP = 128;

/** Answers calls: the part of `client.embeddings` that is loaded when it is first needed. */
export class EmbeddingCalls {
  readonly #settings: EmbeddingCallsSettings;

  constructor(settings: EmbeddingCallsSettings) {
    this.#settings = settings;
  }

  /** See `Embeddings.create`. */
  async create(
    params: EmbeddingCreateParams,
    options: RequestOptions = {},
  ): Promise<CreateEmbeddingResponse | CreateEmbeddingResponse<string>> {
    checkRequestOptions(options);
    const request = checkParams(params, this.#settings.models, { allowsMany: meansMany(options) });
    const { inputs } = request;
    const { priority = inputs.length === 1 ? 'interactive' : 'bulk', onProgress } = options;
    const unknown = this.#settings.watch.begin();
    const data: ShapedEmbedding[] = [];
    let tokens = 0;
    let last: EmbeddedRows | undefined;
    const parts = splitParts(request, onProgress);
    for await (const rows of this.#answer(parts, CALL_INPUTS, { inputs }, { ...options, priority })) {
      unknown.add(rows);
      // Not by spreading: a call takes only so many arguments.
      for (const embedding of shapeEmbeddings(rows, data.length, params.encoding_format)) data.push(embedding);
      tokens += rows.totalTokens;
      last = rows;
    }
    unknown.end();
    if (!last) throw new EmbeddingError('internal', 'Expected rows, but none came.');
    return shapeResponse(data, tokens, last);
  }

  /** See `Embeddings.stream`. */
  async *stream(
    { input, ...params }: EmbeddingStreamParams,
    options: StreamOptions = {},
  ): AsyncGenerator<StreamedEmbedding | StreamedEmbedding<string>, void, undefined> {
    checkRequestOptions(options);
    checkIterable(input);
    const { models, watch, findBatch = () => 1 } = this.#settings;
    const { priority = 'bulk' } = options;
    const unknown = watch.begin();
    let index = 0;
    const groups = readGroups(input, {
      check: (item) => checkParams({ ...params, input: [item] as EmbeddingInput }, models),
      size: (position) => Math.min(findBatch(position > 0 && index === 0), STREAM_GROUP),
    });
    try {
      for await (const rows of this.#answer(groups, STREAM_INPUTS, {}, { ...options, priority })) {
        unknown.add(rows);
        const { space, prompt = '', provider } = rows;
        for (const embedding of shapeEmbeddings(rows, index, params.encoding_format)) {
          index += 1;
          yield { ...embedding, space, prompt, provider };
        }
      }
    } finally {
      unknown.end();
    }
  }

  /** One part of a job, which is a call of its own: the job may go on on another page. */
  async embedPart(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const unknown = this.#settings.watch.begin();
    const rows = await this.#ask(request, options);
    unknown.add(rows);
    unknown.end();
    return rows;
  }

  /**
   * The rows of each group, in order.
   *
   * @param width - how many inputs are under way at once.
   * @throws SpaceMismatchError when two were answered in different spaces; a timeout; the signal's reason.
   */
  async *#answer(
    groups: AsyncIterable<InputGroup> | Iterable<InputGroup>,
    width: number,
    call: CallScope,
    options: Omit<RequestOptions, 'onProgress'> & Pick<TargetOptions, 'priority'>,
  ): AsyncGenerator<EmbeddedRows, void, undefined> {
    const deadline = startDeadline(options.signal, options.timeoutMs);
    const settings = { signal: deadline.signal, priority: options.priority, call };
    const ask = ({ request, start, onProgress }: InputGroup): Promise<EmbeddedRows> =>
      shiftInput(this.#ask(request, { ...settings, ...(onProgress && { onProgress }) }), start);
    let space: string | undefined;
    try {
      for await (const rows of mapInOrder(groups, width, ask, ({ request }) => request.inputs.length)) {
        space ??= rows.space;
        if (rows.space !== space) throw new SpaceMismatchError(space, rows.space);
        yield rows;
      }
    } finally {
      // Ends what other groups still compute, when one failed or nobody wants them any more.
      deadline.cancel(new EmbeddingError('disposed', 'The rest of this call is not wanted any more.'));
    }
  }

  async #ask(request: TargetRequest, options: TargetOptions): Promise<EmbeddedRows> {
    const { router, trial, speed, onAnswer } = this.#settings;
    options.signal.throwIfAborted();
    trial?.count(request);
    const rows = await router.embed(request, options, speed);
    onAnswer?.(rows);
    return rows;
  }
}

/** Whoever follows its progress, or calls it bulk, knows that the call is a large one. */
function meansMany({ priority, onProgress }: RequestOptions): boolean {
  return priority === 'bulk' || onProgress !== undefined;
}
