/** Puts the remote side together: the file behind it is loaded with the first provider that is asked. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import { findKnownModel } from '../models/registry.js';
import { RemoteSide, type RemoteSideSettings } from '../router/remote-side.js';

/** The remote side of a client with these options, `model` filled in. */
export function createRemoteSide(
  { model, revision = 'main', hub, maxTokens, pooling }: EmbeddingClientOptions & { readonly model: string },
  settings: Omit<RemoteSideSettings, 'modelKey' | 'canonicalName' | 'normalize' | 'centersBeforeCut'>,
): RemoteSide {
  const known = findKnownModel(model);
  const isPlain = revision === 'main' && maxTokens === undefined && pooling === undefined;
  return new RemoteSide({
    ...settings,
    modelKey: JSON.stringify([model, revision, hub, maxTokens, pooling]),
    canonicalName: isPlain ? known?.canonicalName : undefined,
    normalize: true,
    centersBeforeCut: known?.centersBeforeCut ?? false,
  });
}
