/** The AI SDK's interface of an embedding model, answered by a client. */
import {
  TooManyEmbeddingValuesForCallError,
  type EmbeddingModelV3,
  type EmbeddingModelV3CallOptions,
  type EmbeddingModelV3Result,
} from '@ai-sdk/provider';
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from '../../api/embeddings.js';
import type { EmbeddingClient } from '../../client/client.js';
import { listWarnings } from './list-warnings.js';
import { OPTIONS_KEY, readProviderOptions, type InpageEmbeddingsOptions } from './read-provider-options.js';
import { toAISDKError } from './to-ai-sdk-error.js';

/** What holds for every call of a model; `providerOptions` of a call come before it. */
export interface EmbeddingModelSettings extends InpageEmbeddingsOptions {
  /** The client's model; or a provider's, and then only such providers answer. @default the client's model */
  readonly model?: string;
  /** Ends each call after so many milliseconds, loading the model included. @default no limit */
  readonly timeoutMs?: number;
}

/** What a call asks for: `ai` 7 has widths besides, and passes them on to models of this version too. */
type CallOptions = EmbeddingModelV3CallOptions & { readonly dimensions?: number };

/** OpenAI's limit, and the client's. `embedMany()` splits what is over it. */
const MAX_VALUES = 2048;

/**
 * A model for `embed()`, `embedMany()`, `customProvider()` and the like of the AI SDK, `ai` 6 or 7.
 *
 * `embedMany()` asks for 2,048 values at a time, one call after the other: one call keeps every worker busy already. Usage
 * counts tokens after truncation; it is NaN where a provider doesn't tell. `providerMetadata.inpageEmbeddings` has `space`
 * and who computed: `kind`, `id`, `device`, `runtime`, `dtype`, `host`. Store the space beside the vectors.
 *
 * Errors are `APICallError`s with this library's error as their `cause`, its `code`, `type` and `param` as `data`, and its
 * status. The AI SDK's `maxRetries` counts for what this library doesn't try again by itself: a full queue, files that
 * couldn't be fetched. An aborted call rejects with the signal's reason. No error holds a text.
 *
 * @param client - stays the app's own: dispose of it when done.
 * @throws TooManyEmbeddingValuesForCallError from `doEmbed()` for more than 2,048 values.
 * @throws InvalidArgumentError from `doEmbed()` for unknown `providerOptions.inpageEmbeddings`.
 * @example
 * const model = createEmbeddingModel(new EmbeddingClient());
 * const { embedding } = await embed({ model, value: 'Hello', providerOptions: { inpageEmbeddings: { task: 'query' } } });
 */
export function createEmbeddingModel(
  client: EmbeddingClient,
  { timeoutMs, ...settings }: EmbeddingModelSettings = {},
): EmbeddingModelV3 {
  const provider = 'inpage-embeddings';
  const modelId = settings.model ?? client.model;
  return {
    // `ai` 6 takes no later version, and `ai` 7 takes this one as it is.
    specificationVersion: 'v3',
    provider,
    modelId,
    maxEmbeddingsPerCall: MAX_VALUES,
    supportsParallelCalls: false,
    doEmbed: async ({ values, dimensions, abortSignal, providerOptions, headers }: CallOptions) => {
      if (values.length > MAX_VALUES) {
        // As many values as came, but not their texts, which belong into no error.
        const texts = Array.from(values, () => null);
        throw new TooManyEmbeddingValuesForCallError({
          provider,
          modelId,
          maxEmbeddingsPerCall: MAX_VALUES,
          values: texts,
        });
      }
      const request = describeRequest({ ...settings, ...readProviderOptions(providerOptions) }, dimensions);
      try {
        const response = await client.embeddings.create(
          { ...request, input: values, encoding_format: 'float' },
          { ...(abortSignal && { signal: abortSignal }), ...(timeoutMs !== undefined && { timeoutMs }) },
        );
        return shapeResult(response, headers);
      } catch (error) {
        throw abortSignal?.aborted ? error : toAISDKError(error, { modelId, values: values.length, ...request });
      }
    },
  };
}

/** A request but for its texts. */
function describeRequest(
  { model, task, truncate }: EmbeddingModelSettings,
  dimensions: number | undefined,
): Omit<EmbeddingCreateParams, 'input'> {
  return {
    ...(model !== undefined && { model }),
    ...(task !== undefined && { task }),
    ...(truncate !== undefined && { truncate }),
    ...(dimensions !== undefined && { dimensions }),
  };
}

function shapeResult(
  { data, usage, ...rest }: CreateEmbeddingResponse,
  headers: EmbeddingModelV3CallOptions['headers'],
): EmbeddingModelV3Result {
  const { space, provider } = rest;
  // No call takes no tokens: a provider didn't tell.
  const isTold = usage.total_tokens > 0;
  return {
    embeddings: data.map(({ embedding }) => embedding),
    ...(isTold && { usage: { tokens: usage.total_tokens } }),
    providerMetadata: { [OPTIONS_KEY]: { space, ...provider } },
    // The response but for its vectors, which nobody wants twice.
    response: { body: { ...rest, usage, data: data.map((row) => ({ ...row, embedding: [] })) } },
    warnings: listWarnings(data, headers),
  };
}
