/** Makes the target of the browser's own embedder. The page loads this file and all it imports only when it is asked. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import { BuiltinTarget } from '../builtin/builtin-target.js';
import type { SemanticEmbedderPlatform } from '../builtin/semantic-embedder.js';
import type { LivePlan } from '../router/live-plan.js';

/** A target that has started nothing yet. */
export function connectBuiltin(
  id: string,
  { builtin }: Pick<EmbeddingClientOptions, 'builtin'>,
  plan: Pick<LivePlan, 'disprove'>,
): BuiltinTarget {
  const { SemanticEmbedder } = globalThis as { readonly SemanticEmbedder?: SemanticEmbedderPlatform };
  return new BuiltinTarget({
    platform: SemanticEmbedder,
    mayDownload: builtin === 'only',
    onUnavailable: (reason) => {
      plan.disprove(id, reason);
    },
  });
}
