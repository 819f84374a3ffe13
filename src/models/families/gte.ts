/** Thenlper's general text embeddings. Source: model cards of gte-small, -base and -large; pages of Xenova on Hugging Face (exports). */
import type { FamilyFacts, FamilyUse, ModelUse } from '../record.js';

/** For the page. Source: thenlper/gte-base, model card, "Metrics". */
export const GTE: FamilyFacts = {
  owners: ['thenlper', 'Xenova'],
  widths: { 'gte-small': 384, 'gte-base': 768, 'gte-large': 1024 },
};

/** Source: the model cards, "Metrics" (length), usage and "Limitation". */
const EVERY: ModelUse = { pooling: 'mean', maxTokens: 512 };

/** For workers. */
export const GTE_USE: FamilyUse = { 'gte-small': EVERY, 'gte-base': EVERY, 'gte-large': EVERY };
