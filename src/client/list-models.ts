/** Which models a client with these options answers for. Pure. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { Policy } from '../api/vocabulary.js';
import type { Provider } from '../targets/provider.js';
import type { AnsweredModels } from './calls/answered-models.js';

/** The client's own model, and those of providers that may be asked. */
export function listModels(
  policy: Policy,
  { model, sameAs }: EmbeddingClientOptions & { readonly model: string },
  providers: readonly Provider[],
): AnsweredModels {
  return {
    own: model,
    isLocal: policy !== 'only-remote',
    sameAs,
    remote: policy === 'only-on-device' ? [] : providers.map(({ model }) => model),
  };
}
