/** Makes the target of the browser's own embedder. The page loads this file and all it imports only when it is asked. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import type { ClientEvents, ModelProgressEvent } from '../../api/events.js';
import { BuiltinTarget } from './builtin-target.js';
import { BUILTIN_NAME, type SemanticEmbedderPlatform } from './semantic-embedder.js';
import type { LivePlan } from '../../plan/live-plan.js';
import type { Emitter } from '../../util/emitter.js';

/** A target that has started nothing yet. */
export function connectBuiltin(
  id: string,
  { builtin }: Pick<EmbeddingClientOptions, 'builtin'>,
  plan: Pick<LivePlan, 'disprove'>,
  events: Emitter<ClientEvents>,
): BuiltinTarget {
  const tell = (state: Pick<ModelProgressEvent, 'phase' | 'share'>): void => {
    events.emit('model-progress', { model: BUILTIN_NAME, loadedBytes: 0, ...state });
  };
  const { SemanticEmbedder } = globalThis as { readonly SemanticEmbedder?: SemanticEmbedderPlatform };
  return new BuiltinTarget({
    platform: SemanticEmbedder,
    mayDownload: builtin === 'only',
    onProgress: (share) => {
      tell({ phase: 'download', share });
    },
    onReady: () => {
      tell({ phase: 'ready' });
    },
    onUnavailable: (reason) => {
      plan.disprove(id, reason);
    },
  });
}
