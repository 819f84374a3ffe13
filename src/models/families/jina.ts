/** Jina's second generation. Source: jinaai/jina-embeddings-v2-small-en, model card; transformers.js issue 371 (export). */
import type { FamilyFacts, FamilyUse } from '../record.js';

/** For the page. */
export const JINA: FamilyFacts = { owners: ['jinaai', 'Xenova'], widths: { 'jina-embeddings-v2-small-en': 512 } };

/** For workers. */
export const JINA_USE: FamilyUse = { 'jina-embeddings-v2-small-en': { pooling: 'mean', maxTokens: 8192 } };
