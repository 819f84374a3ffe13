/** The parts of this library that lie beside its entry and are loaded when they are first needed. */
import { ModelLoadError, isEmbeddingError } from '../errors/errors.js';
import { shareSuccess } from '../util/share-success.js';

/**
 * What `load` gives.
 *
 * @throws ModelLoadError `engine_script_failed`; `url` names the script where the browser tells it.
 */
export function loadScript<T>(load: () => Promise<T>): Promise<T> {
  return load().catch((cause: unknown) => {
    // Of a script that this one waits for.
    throw isEmbeddingError(cause) ? cause : scriptFailed(cause);
  });
}

/** The same, loaded once; after a failure the next caller tries again. */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  return shareSuccess(() => loadScript(load));
}

/** Only the browser knows the script's address, which bundlers change; most say it in their message. */
function scriptFailed(cause: unknown): ModelLoadError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const url = /https?:\/\/\S+/.exec(reason)?.[0];
  const message = `Could not load a script of this library, beside its entry: ${reason}. Serve every file of dist together.`;
  return new ModelLoadError('engine_script_failed', message, { cause, ...(url !== undefined && { url }) });
}
