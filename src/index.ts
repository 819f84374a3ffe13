/**
 * Text embeddings inside the page.
 *
 * @packageDocumentation
 */
export { EmbeddingClient, type Capabilities } from './client/client.js';
export type { Embeddings } from './client/embeddings.js';
export type { EmbeddingClientOptions } from './api/client-options.js';
export type {
  CreateEmbeddingResponse,
  EmbedProgress,
  Embedding,
  EmbeddingCreateParams,
  EmbeddingInput,
  ProviderInfo,
  RequestOptions,
  Usage,
} from './api/embeddings.js';
export type { ClientEvents, EngineDiedEvent, ModelProgressEvent } from './api/events.js';
export type { Dtype, EncodingFormat, Pooling, Priority, Task, Truncate } from './api/vocabulary.js';
export type { ErrorCode } from './errors/codes.js';
export {
  APIConnectionTimeoutError,
  BadRequestError,
  EmbeddingError,
  ModelLoadError,
  NotFoundError,
  RateLimitError,
  WorkerDiedError,
  isEmbeddingError,
  type ErrorDetails,
} from './errors/errors.js';
export type { Capability } from './router/capability.js';
export type { PlannedTarget } from './router/plan.js';
