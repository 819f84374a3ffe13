/** Snowflake's Arctic. Source: Snowflake-Labs/arctic-embed on GitHub, README, "Models"; for later ones what stands beside them. */
import type { FamilyFacts, FamilyUse, ModelUse } from '../record.js';
import { CLS_RETRIEVAL } from './cls-retrieval.js';

/** For the page. */
export const ARCTIC: FamilyFacts = [
  {
    owners: ['Snowflake'],
    widths: {
      'snowflake-arctic-embed-xs': 384,
      'snowflake-arctic-embed-s': 384,
      'snowflake-arctic-embed-m': 768,
      'snowflake-arctic-embed-l': 1024,
    },
  },
  // Source: Snowflake-Labs/arctic-embed on GitHub, `score_arctic_embed_m_v1dot5_with_quantization.ipynb` (width).
  { ids: ['Snowflake/snowflake-arctic-embed-m-v1.5'], dimensions: 768, matryoshkaDimensions: [768, 256] },
  // Source: Snowflake/snowflake-arctic-embed-m-v2.0, model card.
  { ids: ['Snowflake/snowflake-arctic-embed-m-v2.0'], dimensions: 768, matryoshkaDimensions: [768, 256] },
  // Source: Snowflake/snowflake-arctic-embed-l-v2.0, model card, "Key Features".
  { ids: ['Snowflake/snowflake-arctic-embed-l-v2.0'], dimensions: 1024, matryoshkaDimensions: [1024, 256] },
];

/** Source: Snowflake/snowflake-arctic-embed-l-v2.0 and -m-v2.0, model cards, usage; transformers.js issue 1326 (pooling). */
const SECOND: ModelUse = { pooling: 'cls', maxTokens: 8192, prompts: { query: 'query: ' } };

/** For workers. */
export const ARCTIC_USE: FamilyUse = {
  'snowflake-arctic-embed-xs': CLS_RETRIEVAL,
  'snowflake-arctic-embed-s': CLS_RETRIEVAL,
  'snowflake-arctic-embed-m': CLS_RETRIEVAL,
  'snowflake-arctic-embed-l': CLS_RETRIEVAL,
  // Source: Snowflake/snowflake-arctic-embed-m-v1.5, model card, "Usage".
  'snowflake-arctic-embed-m-v1.5': CLS_RETRIEVAL,
  'snowflake-arctic-embed-m-v2.0': SECOND,
  'snowflake-arctic-embed-l-v2.0': SECOND,
};
