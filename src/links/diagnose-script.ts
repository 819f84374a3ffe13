/** Says why a worker's script didn't run, which the platform's error event doesn't. */
import { ModelLoadError } from '../errors/errors.js';
import { describeResponse } from '../util/describe-response.js';

/** The typed error for a worker that failed before it answered; asks for its script once more to see what comes. */
export async function diagnoseScript(url: string, reason: string | undefined): Promise<ModelLoadError> {
  const found = await describeScript(url);
  const threw = reason === undefined || reason === '' ? '' : `; the script failed with: ${reason}`;
  const message = `Could not start the worker ${url}: ${found}${threw}. Serve this package's assets folder with the page, or set assetsUrl.`;
  return new ModelLoadError('worker_script_failed', message, { url });
}

async function describeScript(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    void response.body?.cancel();
    return `expected JavaScript, got ${describeResponse(response)}`;
  } catch {
    return 'expected JavaScript, but the request for it failed';
  }
}
