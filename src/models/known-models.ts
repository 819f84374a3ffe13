/** The page's parts of all records, as makers publish them on branch `main` of each model's page. */
import { ARCTIC } from './families/arctic.js';
import { BGE } from './families/bge.js';
import { E5 } from './families/e5.js';
import { GEMMA } from './families/gemma.js';
import { GTE } from './families/gte.js';
import { JINA } from './families/jina.js';
import { MIXEDBREAD } from './families/mixedbread.js';
import { NOMIC } from './families/nomic.js';
import { QWEN } from './families/qwen.js';
import { SENTENCE_TRANSFORMERS } from './families/sentence-transformers.js';
import { UNIVERSAL_SENTENCE_ENCODER } from './families/universal-sentence-encoder.js';
import type { ModelFacts, SameFacts } from './record.js';

/** Every known model; each id stands in one entry only. */
export const KNOWN_MODELS: readonly ModelFacts[] = [
  UNIVERSAL_SENTENCE_ENCODER,
  SENTENCE_TRANSFORMERS,
  BGE,
  E5,
  GTE,
  NOMIC,
  MIXEDBREAD,
  ARCTIC,
  JINA,
  GEMMA,
  QWEN,
]
  .flat()
  .flatMap(list);

function list(facts: ModelFacts | SameFacts): readonly ModelFacts[] {
  if ('ids' in facts) return [facts];
  const { owners, widths } = facts;
  return Object.entries(widths).map(([name, dimensions]) => ({
    ids: owners.map((owner) => `${owner}/${name}`),
    dimensions,
  }));
}
