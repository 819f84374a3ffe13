/** The error of a part of this library that is loaded when it is needed, and didn't come. */
import { ModelLoadError } from '../errors/errors.js';

/**
 * The typed error for what `import()` rejected with. Only the browser knows the script's address, which bundlers change; most
 * say it in their message.
 *
 * @param part - which script it is, as its file is named.
 */
export function scriptFailed(part: string, cause: unknown): ModelLoadError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const url = /https?:\/\/\S+/.exec(reason)?.[0];
  const message = `Could not load this library's ${part}, a script beside its entry: ${reason}. Serve every file of dist together.`;
  return new ModelLoadError('engine_script_failed', message, { cause, ...(url !== undefined && { url }) });
}
