/**
 * E5, in English and in many languages. The small multilingual model is a BERT, the larger two are XLM-R: 514 positions, two
 * of them unused.
 *
 * Source: microsoft/unilm on GitHub, `e5/model_config.py`; pages of Xenova on Hugging Face (exports).
 */
import type { FamilyFacts, FamilyUse, ModelUse } from '../record.js';

/** For the page. */
export const E5: FamilyFacts = {
  owners: ['intfloat', 'Xenova'],
  widths: {
    'e5-small-v2': 384,
    'e5-base-v2': 768,
    'e5-large-v2': 1024,
    'multilingual-e5-small': 384,
    'multilingual-e5-base': 768,
    'multilingual-e5-large': 1024,
  },
};

/**
 * Symmetric tasks and features for other models take the query's prompt.
 *
 * Source: intfloat/e5-base-v2, model card, FAQ 1; microsoft/unilm on GitHub, `e5/model_config.py` and
 * `e5/mteb_except_retrieval_eval.py`, which hold for all six models.
 */
const EVERY: ModelUse = {
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

/** For workers. */
export const E5_USE: FamilyUse = {
  'e5-small-v2': EVERY,
  'e5-base-v2': EVERY,
  'e5-large-v2': EVERY,
  'multilingual-e5-small': EVERY,
  'multilingual-e5-base': EVERY,
  'multilingual-e5-large': EVERY,
};
