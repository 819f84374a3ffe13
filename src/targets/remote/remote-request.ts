/** A request as a provider gets it. Pure. */
import type { ProviderRequest } from '../../contract/provider.js';
import type { TargetRequest } from '../../contract/target.js';
import type { ModelFacts } from '../../models/record.js';
import { checkWidth } from '../../models/matryoshka.js';
import { choosePrompt } from '../../models/prompts.js';
import { BadRequestError } from '../../errors/errors.js';
import { findKnownModel } from '../../models/registry.js';
import type { ProbeReference } from '../../spaces/parity/parity-probe.js';

/** Whom a request is for. */
export interface RequestTerms {
  /** What the provider calls its model. */
  readonly model: string;
  /** The client's own space, where the provider was found to answer in it. */
  readonly reference: Pick<ProbeReference, 'prompts' | 'dimensions'> | null;
  /** What is known of the client's model. */
  readonly facts: Pick<ModelFacts, 'matryoshkaDimensions'> | undefined;
  /** Whether token ids are the client's own model's unless the request names another. */
  readonly hasOwnIds: boolean;
}

/**
 * What is sent. Where the model is the client's own, prompts are texts and not a parameter, and vectors come whole: servers cut
 * them by rules of their own.
 *
 * @throws BadRequestError when the model is known to have no such task or width, and for token ids of another model.
 */
export function toProviderRequest(request: TargetRequest, terms: RequestTerms): ProviderRequest {
  const { model, reference, facts } = terms;
  const { inputs, task, dimensions } = request;
  checkTokens(request, terms);
  const known = reference ? undefined : findKnownModel(model);
  const own = reference?.dimensions ?? known?.dimensions;
  const offered = (reference ? facts : known)?.matryoshkaDimensions;
  if (dimensions !== undefined) checkWidth(dimensions, { model, own, offered });
  if (!reference) {
    return { inputs, ...(dimensions !== undefined && { dimensions }), ...(task !== undefined && { task }) };
  }
  const prompt = promptOf(request, reference);
  return { inputs: inputs.map((input) => (typeof input === 'string' ? prompt + input : input)) };
}

/** The text that is put before each input; empty before token ids, and where the provider is told the task. */
export function promptOf({ inputs, task }: TargetRequest, reference: RequestTerms['reference']): string {
  return reference && typeof inputs[0] === 'string' ? choosePrompt(reference.prompts, task) : '';
}

/** An id is another word in each tokenizer, so a vector would be of another text. */
function checkTokens({ inputs, model: asked }: TargetRequest, { model, reference, hasOwnIds }: RequestTerms): void {
  if (reference || !hasOwnIds || asked === model || inputs.every((input) => typeof input === 'string')) return;
  const message = `Expected texts for '${model}', but got token ids, which are those of this client's own model. Send texts, or name '${model}' in 'model' where the ids are its own.`;
  throw new BadRequestError('invalid_type', message, { param: 'input' });
}
