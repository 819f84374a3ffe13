/** What is known of models beforehand. A model's own files win over what stands here, where they speak. */
import { KNOWN_MODELS, type ModelFacts } from './known-models.js';

/** One known model. */
export interface KnownModel extends ModelFacts {
  /** The name its vector space goes by, whichever copy of the model is loaded: the maker's id without the owner. */
  readonly canonicalName: string;
}

/** What is known of a model by its id on a hub. */
export function findKnownModel(id: string): KnownModel | undefined {
  const facts = KNOWN_MODELS.find(({ ids }) => ids.includes(id));
  return facts && { ...facts, canonicalName: facts.ids[0].replace(/.*\//, '') };
}
