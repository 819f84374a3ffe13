/**
 * Exact search over packed vectors.
 *
 * @packageDocumentation
 */
export { topK } from './top-k.js';
export { VectorIndex } from './vector-index.js';
export type {
  PackedVectors,
  QueryVector,
  SearchMatch,
  SearchOptions,
  TopKOptions,
  VectorIndexOptions,
} from '../../api/search.js';
