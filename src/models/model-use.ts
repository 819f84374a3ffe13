/** The workers' parts of all records. A model's own files win over what stands there, where they speak; hard limits always hold. */
import { ARCTIC_USE } from './families/arctic.js';
import { BGE_USE } from './families/bge.js';
import { E5_USE } from './families/e5.js';
import { GEMMA_USE } from './families/gemma.js';
import { GTE_USE } from './families/gte.js';
import { JINA_USE } from './families/jina.js';
import { MIXEDBREAD_USE } from './families/mixedbread.js';
import { NOMIC_USE } from './families/nomic.js';
import { QWEN_USE } from './families/qwen.js';
import { SENTENCE_TRANSFORMERS_USE } from './families/sentence-transformers.js';
import { UNIVERSAL_SENTENCE_ENCODER_USE } from './families/universal-sentence-encoder.js';
import type { FamilyUse, ModelUse } from './record.js';

/** Canonical name → record. */
const USES: FamilyUse = {
  ...UNIVERSAL_SENTENCE_ENCODER_USE,
  ...SENTENCE_TRANSFORMERS_USE,
  ...BGE_USE,
  ...E5_USE,
  ...GTE_USE,
  ...NOMIC_USE,
  ...MIXEDBREAD_USE,
  ...ARCTIC_USE,
  ...JINA_USE,
  ...GEMMA_USE,
  ...QWEN_USE,
};

/** What is known of a model's use by its canonical name; undefined for a model that isn't known. */
export function findModelUse(canonicalName: string): ModelUse | undefined {
  return Object.hasOwn(USES, canonicalName) ? USES[canonicalName] : undefined;
}
