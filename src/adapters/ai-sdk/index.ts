/**
 * An `EmbeddingClient` as a model of the AI SDK, for `embed()` and `embedMany()`. Needs `@ai-sdk/provider`, which `ai`
 * brings along.
 *
 * @packageDocumentation
 */
export { createEmbeddingModel } from './create-embedding-model.js';
export type { EmbeddingModelSettings } from './create-embedding-model.js';
export type { InpageEmbeddingsOptions } from './read-provider-options.js';
