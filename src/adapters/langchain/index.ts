/**
 * An `EmbeddingClient` as LangChain's `Embeddings`, for its vector stores and retrievers. Needs `@langchain/core`.
 *
 * @packageDocumentation
 */
export { InpageEmbeddings } from './inpage-embeddings.js';
export type { InpageEmbeddingsParams } from './inpage-embeddings.js';
