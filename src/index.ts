/**
 * Text embeddings inside the page.
 *
 * @packageDocumentation
 */
export { EmbeddingClient, type Capabilities } from './client/client.js';
export type { Embeddings } from './client/embeddings.js';
export type { Jobs } from './client/jobs.js';
export type { Models } from './client/models.js';
export type { ChunkOptions, TextChunk } from './api/chunks.js';
export type { TextTokens, TokensOptions } from './api/tokens.js';
export { topK } from './client/top-k.js';
export type { EmbeddingClientOptions, HubHeaders } from './api/client-options.js';
export type {
  CreateEmbeddingResponse,
  EmbedProgress,
  Embedding,
  EmbeddingCreateParams,
  EmbeddingInput,
  EmbeddingStreamParams,
  ProviderInfo,
  RequestOptions,
  StreamedEmbedding,
  StreamOptions,
  Usage,
} from './api/embeddings.js';
export type {
  FailedEmbedding,
  Job,
  JobCreateOptions,
  JobCreateParams,
  JobInputError,
  JobMetrics,
  JobOutput,
  JobOutputOf,
  JobResult,
  JobState,
  JobStatus,
  JobWaitOptions,
} from './api/jobs.js';
export type { Model, ModelList, ModelStats } from './api/models.js';
export type { PackedVectors, QueryVector, SearchMatch, SearchOptions, TopKOptions } from './api/search.js';
export type {
  EgressAnswer,
  EgressCount,
  EgressEvent,
  EgressPurpose,
  EgressReport,
  EgressRequest,
} from './api/egress.js';
export type {
  ClientEvents,
  EngineDiedEvent,
  ModelProgressEvent,
  ProviderChangedEvent,
  WarningCode,
  WarningEvent,
} from './api/events.js';
export type {
  Builtin,
  Device,
  Dtype,
  EncodingFormat,
  Policy,
  Pooling,
  Priority,
  RuntimeName,
  Task,
  Truncate,
} from './api/vocabulary.js';
export type { ErrorCode } from './errors/codes.js';
export {
  AllTargetsFailedError,
  APIConnectionError,
  APIConnectionTimeoutError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  EgressDeniedError,
  EmbeddingError,
  InferenceFailed,
  InferenceTimeout,
  InsufficientCreditsError,
  InternalServerError,
  IntegrityError,
  ModelLoadError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  SpaceMismatchError,
  UnprocessableEntityError,
  WorkerDiedError,
  isEmbeddingError,
  type ErrorDetails,
  type FailedAttempt,
} from './errors/errors.js';
export type { Capability, GpuCapability } from './plan/capability.js';
export type { Provider } from './contract/provider.js';
export type { PlannedLocal } from './plan/plan-local.js';
export type { PlannedBuiltin, PlannedRemote, PlannedTarget } from './plan/plan.js';
