/** BAAI's general embeddings. Source: FlagOpen/FlagEmbedding on GitHub, files named below; pages of Xenova on Hugging Face (exports). */
import type { FamilyFacts, FamilyUse } from '../record.js';
import { CLS_RETRIEVAL } from './cls-retrieval.js';

/** For the page. Source: `BGE_M3/README.md`, "Specs". */
export const BGE: FamilyFacts = {
  owners: ['BAAI', 'Xenova'],
  widths: { 'bge-small-en-v1.5': 384, 'bge-base-en-v1.5': 768, 'bge-large-en-v1.5': 1024, 'bge-m3': 1024 },
};

/** For workers. Source: `inference/embedder/model_mapping.py` and `BGE_M3/README.md`, "Specs". */
export const BGE_USE: FamilyUse = {
  'bge-small-en-v1.5': CLS_RETRIEVAL,
  'bge-base-en-v1.5': CLS_RETRIEVAL,
  'bge-large-en-v1.5': CLS_RETRIEVAL,
  // Queries need no instruction any more. Source: `BGE_M3/README.md`, FAQ 2.
  'bge-m3': { pooling: 'cls', maxTokens: 8192 },
};
