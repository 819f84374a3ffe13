/** What several families have in common. */
import type { ModelUse } from '../record.js';

/**
 * CLS pooling over a BERT of 512 positions, whose queries have a prompt, while documents and other tasks have none.
 *
 * Source: model cards of bge-*-en-v1.5 and mxbai-embed-large-v1; Snowflake-Labs/arctic-embed on GitHub, README, "Usage".
 */
export const CLS_RETRIEVAL: ModelUse = {
  pooling: 'cls',
  maxTokens: 512,
  prompts: { query: 'Represent this sentence for searching relevant passages: ' },
};
