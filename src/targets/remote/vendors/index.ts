/**
 * Remote providers for the client's `fallback`: each holds an address and a key, and sends nothing by itself.
 *
 * @packageDocumentation
 */
export type { Provider } from '../../../contract/provider.js';
export type { ApiKey } from '../http/api-key.js';
export type { BatchOptions, ProviderOptions } from '../http/read-options.js';
export { infinity, type InfinityOptions } from './infinity.js';
export { nugen, type NugenOptions } from './nugen.js';
export { openaiCompatible, type OpenAICompatibleOptions } from './openai-compatible.js';
export { segmind, type SegmindOptions } from './segmind.js';
