/** What is known of models beforehand. A model's own files win over what stands here, where they speak. */
import { BadRequestError } from '../errors/errors.js';
import { KNOWN_MODELS } from './known-models.js';
import type { ModelFacts } from './record.js';

/** One known model. */
export interface KnownModel extends ModelFacts {
  /** The name its vector space goes by, whichever copy of the model is loaded: the maker's id without the owner. */
  readonly canonicalName: string;
}

/** What is known of a model by its id on a hub. */
export function findKnownModel(id: string): KnownModel | undefined {
  const facts = KNOWN_MODELS.find(({ ids }) => ids.includes(id));
  return facts && { ...facts, canonicalName: String(facts.ids[0]).replace(/.*\//, '') };
}

/**
 * What is known of the model that a client is for, by its own id or by that of the model it says to be the same.
 *
 * @throws BadRequestError `invalid_value` when `sameAs` isn't a known model.
 */
export function findClientModel(model: string, sameAs: string | undefined): KnownModel | undefined {
  const known = findKnownModel(sameAs ?? model);
  if (known || sameAs === undefined) return known;
  const message = `Expected 'sameAs' to be the id of a model this library knows, such as 'BAAI/bge-small-en-v1.5', but got '${sameAs}'. Leave it out.`;
  throw new BadRequestError('invalid_value', message, { param: 'sameAs' });
}
