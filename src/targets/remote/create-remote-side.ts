/** Puts the remote side together: the file behind it is loaded with the first provider that is asked. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import { findClientModel } from '../../models/registry.js';
import { RemoteSide, type RemoteSideSettings } from './remote-side.js';

/** The remote side of a client with these options, `model` filled in. */
export function createRemoteSide(
  options: EmbeddingClientOptions & { readonly model: string },
  settings: Omit<RemoteSideSettings, 'modelKey' | 'canonicalName' | 'normalize' | 'facts'>,
): RemoteSide {
  const { model, revision = 'main', hub, maxTokens, pooling, sameAs, normalize = true, prompts } = options;
  const isPlain = revision === 'main' && maxTokens === undefined && pooling === undefined && normalize && !prompts;
  const facts = findClientModel(model, sameAs);
  return new RemoteSide({
    ...settings,
    modelKey: JSON.stringify([model, revision, hub, maxTokens, pooling, sameAs, normalize, prompts]),
    canonicalName: isPlain ? facts?.canonicalName : undefined,
    normalize,
    facts,
  });
}
