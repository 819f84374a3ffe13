/**
 * The models of sentence-transformers.
 *
 * Source: sentence-transformers on GitHub, `docs/_static/html/models_en_sentence_embeddings.html` (widths, pooling, scale and
 * limits); pages of Xenova on Hugging Face (exports). Where a model has another source, it stands beside it.
 */
import type { FamilyFacts, FamilyUse } from '../record.js';

/** For the page. */
export const SENTENCE_TRANSFORMERS: FamilyFacts = [
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
  {
    owners: ['sentence-transformers', 'Xenova'],
    widths: {
      'all-MiniLM-L12-v2': 384,
      'all-mpnet-base-v2': 768,
      'all-distilroberta-v1': 768,
      'multi-qa-MiniLM-L6-cos-v1': 384,
      'paraphrase-multilingual-MiniLM-L12-v2': 384,
    },
  },
];

/** For workers. */
export const SENTENCE_TRANSFORMERS_USE: FamilyUse = {
  // Source: sentence-transformers/all-MiniLM-L6-v2, `1_Pooling/config.json` and `sentence_bert_config.json`.
  'all-MiniLM-L6-v2': { pooling: 'mean', normalize: true, maxTokens: 256 },
  // Its own file cuts at 128, while the table says 256. Source: sentence-transformers/all-MiniLM-L12-v2,
  // `sentence_bert_config.json`, as copied to nitsuai/ct2fast-all-MiniLM-L12-v2.
  'all-MiniLM-L12-v2': { pooling: 'mean', normalize: true, maxTokens: 128 },
  // Source: measured (8 bits): cosines with fp32 down to 0.776.
  'all-mpnet-base-v2': { pooling: 'mean', normalize: true, maxTokens: 384, isFaithfulIn8Bits: false },
  'all-distilroberta-v1': { pooling: 'mean', normalize: true, maxTokens: 512 },
  'multi-qa-MiniLM-L6-cos-v1': { pooling: 'mean', normalize: true, maxTokens: 512 },
  'paraphrase-multilingual-MiniLM-L12-v2': { pooling: 'mean', maxTokens: 128 },
};
