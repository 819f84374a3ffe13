/** Which models a client with these options answers for. Pure. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import type { Policy } from '../../api/vocabulary.js';
import type { AnsweredModels } from './answered-models.js';

/** The client's own model, and those of providers that may be asked. */
export function listModels(
  policy: Policy,
  { model, sameAs, fallback = [] }: EmbeddingClientOptions & { readonly model: string },
): AnsweredModels {
  return {
    own: model,
    isLocal: policy !== 'only-remote',
    sameAs,
    remote: policy === 'only-on-device' ? [] : fallback.map(({ model }) => model),
  };
}
