/** Nugen's embeddings API. */
import type { Provider } from '../../../contract/provider.js';
import type { ApiKey } from '../http/api-key.js';
import { urlBelow } from '../http/base-url.js';
import { createProvider } from '../http/create-provider.js';
import { createListApi } from './list-api.js';
import { readBatchLimits, readOptions, type BatchOptions, type ProviderOptions } from '../http/read-options.js';

/** The options of {@link nugen}. */
export interface NugenOptions extends ProviderOptions, BatchOptions {
  /** https: only, except on this machine; relative to the page when not absolute. @default 'https://api.nugen.in' */
  readonly baseURL?: string;
  /** A key, or a function that gives one; the function is asked before every HTTP request. */
  readonly apiKey: ApiKey;
  /** Inputs of one HTTP request; Nugen names no limit. @default 32 */
  readonly maxInputs?: number;
}

/**
 * Nugen. Texts go to `${baseURL}/api/v3/inference/embeddings`; token ids are refused. `dimensions` is for Matryoshka models
 * alone. It has no tasks.
 *
 * @throws BadRequestError when an option is unknown, missing or impossible, with its name in `param`.
 */
export function nugen(options: NugenOptions): Provider {
  const settings = readOptions(options, {
    id: 'nugen',
    name: 'nugen',
    others: { maxInputs: true, maxBatchTokens: true },
    requiresKey: true,
    baseURL: 'https://api.nugen.in',
  });
  const api = createListApi({
    url: urlBelow(settings.baseUrl, '/api/v3/inference/embeddings'),
    model: settings.model,
    limits: readBatchLimits(options, 32),
    takesTokens: false,
  });
  return createProvider(api, settings);
}
