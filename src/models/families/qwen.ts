/** Qwen's third generation. */
import type { FamilyFacts, FamilyUse } from '../record.js';

/** For the page. Source: Qwen/Qwen3-Embedding-0.6B, model card, "Model Overview"; transformers.js pull request 1335 (export). */
export const QWEN: FamilyFacts = {
  ids: ['Qwen/Qwen3-Embedding-0.6B', 'onnx-community/Qwen3-Embedding-0.6B-ONNX'],
  dimensions: 1024,
  matryoshkaDimensions: { least: 32, most: 1024 },
};

/**
 * For workers. No space follows "Query:". The last token is the <|endoftext|> that the tokenizer itself puts after every text.
 *
 * Source: Qwen/Qwen3-Embedding-0.6B, model card, "Model Overview" and usage; transformers.js pull request 1335 (prompt);
 * QwenLM/Qwen3-Embedding issues 54 and 122 (last token).
 */
export const QWEN_USE: FamilyUse = {
  'Qwen3-Embedding-0.6B': {
    pooling: 'last_token',
    maxTokens: 32768,
    prompts: {
      query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
      document: '',
    },
  },
};
