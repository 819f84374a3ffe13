/** Nomic's embedding model. */
import type { FamilyFacts, FamilyUse } from '../record.js';

/**
 * For the page.
 *
 * Source: nomic-ai/nomic-embed-text-v1.5, model card, the table of dimensions, and the examples, which apply layer
 * normalisation to the whole vector before they cut it.
 */
export const NOMIC: FamilyFacts = {
  ids: ['nomic-ai/nomic-embed-text-v1.5'],
  dimensions: 768,
  matryoshkaDimensions: [768, 512, 256, 128, 64],
  centersBeforeCut: true,
};

/**
 * For workers. Trained on 2,048 positions; the 8,192 of its `sentence_bert_config.json` need rotary scaling, which
 * `config.json` has off. Every text needs a prompt, and its maker compares texts with the one for classification.
 *
 * Source: nomic-ai/nomic-embed-text-v1.5, model card, "Task instruction prefixes", and `config.json`; nomic-ai/contrastors on
 * GitHub, `eval/mteb_eval/eval_mteb.py` (similarity).
 */
export const NOMIC_USE: FamilyUse = {
  'nomic-embed-text-v1.5': {
    pooling: 'mean',
    hardLimitTokens: 2048,
    prompts: {
      query: 'search_query: ',
      document: 'search_document: ',
      similarity: 'classification: ',
      classification: 'classification: ',
      clustering: 'clustering: ',
    },
  },
};
