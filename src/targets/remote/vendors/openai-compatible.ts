/** OpenAI, and the many servers with its API. */
import type { Provider } from '../../../contract/provider.js';
import { checkChoice } from '../../../util/check-value.js';
import type { ApiKey } from '../http/api-key.js';
import { urlBelow } from '../http/base-url.js';
import { createProvider } from '../http/create-provider.js';
import { createListApi } from './list-api.js';
import { readBatchLimits, readOptions, type BatchOptions, type ProviderOptions } from '../http/read-options.js';

/** The options of {@link openaiCompatible}. */
export interface OpenAICompatibleOptions extends ProviderOptions, BatchOptions {
  /**
   * As the `openai` package takes it, with its `/v1`: `https://api.openai.com/v1`, `http://localhost:11434/v1`. https: only,
   * except on this machine; relative to the page when not absolute.
   */
  readonly baseURL: string;
  /** A key, or a function that gives one; the function is asked before every HTTP request. Absent: none is sent. */
  readonly apiKey?: ApiKey;
  /**
   * `base64` makes answers shorter by more than half, where the server knows it. Whatever comes is read by its type.
   *
   * @default 'float'
   */
  readonly encodingFormat?: 'float' | 'base64';
  /** Inputs of one HTTP request. @default 2,048 for api.openai.com, 32 elsewhere */
  readonly maxInputs?: number;
}

/** Source: OpenAI API reference, "Create embeddings". */
const OPENAI_HOST = 'api.openai.com';
const OPENAI_INPUTS = 2_048;
/** What a server takes that says nothing. Source: Text Embeddings Inference, `--max-client-batch-size`. */
const OTHER_INPUTS = 32;

/**
 * A provider with OpenAI's API: OpenAI, Text Embeddings Inference, vLLM, Ollama, LM Studio, llama.cpp and others. Texts go to
 * `${baseURL}/embeddings`. It has no tasks. A batch that the server finds too large (413) is sent in halves.
 *
 * @throws BadRequestError when an option is unknown, missing or impossible, with its name in `param`.
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Provider {
  const settings = readOptions(options, {
    id: 'openai-compatible',
    name: 'openaiCompatible',
    others: { encodingFormat: true, maxInputs: true, maxBatchTokens: true },
    requiresKey: false,
  });
  checkChoice('encodingFormat', options.encodingFormat, ['float', 'base64']);
  const { baseUrl, model } = settings;
  const api = createListApi({
    url: urlBelow(baseUrl, '/embeddings'),
    model,
    limits: readBatchLimits(options, baseUrl.host === OPENAI_HOST ? OPENAI_INPUTS : OTHER_INPUTS),
    takesTokens: true,
    ...(options.encodingFormat === 'base64' && { encodingFormat: 'base64' }),
  });
  return createProvider(api, settings);
}
