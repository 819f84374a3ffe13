/**
 * Whether a file that didn't come isn't there. Leaving one out that is there would change vectors, so anything but a clear
 * word is doubt.
 */
import type { HubSource } from '../../ports/worker-api.js';
import { shareSuccess } from '../../util/share-success.js';
import type { FetchedFile, FetchFileOptions } from './fetch-file.js';
import type { RefusedFile } from './file-errors.js';
import { fileUrl, listUrl } from './hub-url.js';

/** A path that no model has. */
const NO_SUCH_FILE = 'inpage-embeddings-no-such-file.json';

/** Fetches a small JSON file of the hub by its URL. */
type FetchJson = (url: string, options?: Partial<FetchFileOptions>) => Promise<FetchedFile>;

/** Knows which files one model's hub lacks. */
export class Absence {
  readonly #source: HubSource;
  readonly #model: string;
  readonly #fetch: FetchJson;
  readonly #listFiles: () => Promise<ReadonlySet<string> | undefined> = shareSuccess(() => this.#readList());
  readonly #hasPagesForAll: () => Promise<boolean> = shareSuccess(() => this.#probe());

  constructor(source: HubSource, model: string, fetch: FetchJson) {
    this.#source = source;
    this.#model = model;
    this.#fetch = fetch;
  }

  /** Whether the hub's own list, if it has one, is without the file. Never rejects. */
  async isUnlisted(path: string): Promise<boolean> {
    const paths = await this.#listFiles();
    return paths !== undefined && !paths.has(path);
  }

  /** Whether an answer means that there is no such file. */
  async isTold(path: string, refused: RefusedFile): Promise<boolean> {
    if (refused.why === 'absent' || (await this.isUnlisted(path))) return true;
    const isListed = (await this.#listFiles()) !== undefined;
    return !isListed && refused.why === 'page' && !refused.isRedirected && (await this.#hasPagesForAll());
  }

  async #readList(): Promise<ReadonlySet<string> | undefined> {
    try {
      const file = await this.#fetch(listUrl(this.#source, this.#model), { maxRetries: 1 });
      if (!file.found) return undefined;
      const { siblings } = JSON.parse(new TextDecoder().decode(file.bytes)) as { readonly siblings?: unknown };
      if (!Array.isArray(siblings)) return undefined;
      const names = siblings.map((entry) => (entry as { readonly rfilename?: unknown } | null)?.rfilename);
      return new Set(names.filter((name) => typeof name === 'string'));
    } catch {
      return undefined;
    }
  }

  /**
   * A static host of a single-page app sends its page for every path it doesn't know, and the model's files all the same.
   * A login sends it for those too, or for some paths alone.
   */
  async #probe(): Promise<boolean> {
    const ask = (path: string): Promise<FetchedFile> =>
      this.#fetch(fileUrl(this.#source, this.#model, path), { bypassHttpCache: true });
    const unknown = await ask(NO_SUCH_FILE);
    if (unknown.found || unknown.why !== 'page' || unknown.isRedirected) return false;
    return (await ask('config.json')).found;
  }
}
