/** Mixedbread's embedding model. */
import type { FamilyFacts, FamilyUse } from '../record.js';
import { CLS_RETRIEVAL } from './cls-retrieval.js';

/** For the page. Source: mixedbread-ai/mxbai-embed-large-v1, model card; of the shorter widths its example shows only 512. */
export const MIXEDBREAD: FamilyFacts = {
  ids: ['mixedbread-ai/mxbai-embed-large-v1'],
  dimensions: 1024,
  matryoshkaDimensions: [1024, 512],
};

/** For workers. Source: mixedbread-ai/mxbai-embed-large-v1, model card; mixedbread.ai, documentation, "Using a Prompt". */
export const MIXEDBREAD_USE: FamilyUse = { 'mxbai-embed-large-v1': CLS_RETRIEVAL };
