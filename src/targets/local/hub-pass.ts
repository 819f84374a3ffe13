/** What goes with requests to a model's hub, asked of the app as plain data: a function can't go to a worker. */
import type { EmbeddingClientOptions } from '../../api/client-options.js';
import { BadRequestError, ModelLoadError } from '../../errors/errors.js';
import type { HubAccess, ModelSource } from '../../ports/worker-api.js';
import { describe } from '../../util/check-value.js';
import { startDeadline, waitUnder } from '../../util/deadline.js';

/** A function may show a login, but not hold a load up for ever. */
const ASK_TIMEOUT_MS = 120_000;

/** Gives access to a hub. */
export class HubPass {
  readonly #options: Pick<EmbeddingClientOptions, 'hubHeaders' | 'credentials'>;

  constructor(options: Pick<EmbeddingClientOptions, 'hubHeaders' | 'credentials'>) {
    this.#options = options;
  }

  /** Whether asking again may give other headers, as a token that has expired is renewed. */
  get mayChange(): boolean {
    return typeof this.#options.hubHeaders === 'function';
  }

  /**
   * The source with what goes with its requests now.
   *
   * @throws BadRequestError for what can't be headers; ModelLoadError `authentication_failed` when the app's function fails.
   */
  async addTo(source: ModelSource): Promise<ModelSource> {
    if ('bundledUrls' in source) return source;
    const { hubHeaders, credentials } = this.#options;
    const given: unknown = typeof hubHeaders === 'function' ? await askApp(hubHeaders) : hubHeaders;
    const access: HubAccess = {
      ...(given !== undefined && { headers: toPlainHeaders(given) }),
      ...(credentials && { credentials }),
    };
    return { ...source, access };
  }
}

/** Its own error isn't passed on, since it may hold what it was given. */
async function askApp(ask: () => unknown): Promise<unknown> {
  const deadline = startDeadline(undefined, ASK_TIMEOUT_MS);
  try {
    return await waitUnder(
      deadline.signal,
      new Promise((resolve) => {
        resolve(ask());
      }),
    );
  } catch (error) {
    const name = error instanceof Error ? error.name : describe(error);
    const came = deadline.signal.aborted ? `gave none within ${String(ASK_TIMEOUT_MS)} ms` : `failed with ${name}`;
    const message = `Expected headers from the function in 'hubHeaders', but it ${came}. Nothing was loaded.`;
    throw new ModelLoadError('authentication_failed', message, { param: 'hubHeaders' });
  } finally {
    deadline.clear();
  }
}

/** A copy of its own: what frameworks watch can't be sent to a worker. No message holds a value. */
function toPlainHeaders(given: unknown): Readonly<Record<string, string>> {
  try {
    if (typeof given !== 'object' || given === null) throw new TypeError();
    const entries = given instanceof Headers ? [...given] : Object.entries(given);
    if (entries.every(([, value]) => typeof value === 'string')) return Object.fromEntries(new Headers(entries));
  } catch {
    // What the platform says of a bad header holds it.
  }
  const message = `Expected 'hubHeaders' to be headers with their values as texts, or a function that gives them. Check for line breaks and letters beyond Latin-1.`;
  throw new BadRequestError('invalid_value', message, { param: 'hubHeaders' });
}
