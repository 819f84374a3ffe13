/** Fetches one model's files at one revision, and remembers what came: contents, hashes, commits, progress. */
import type { ModelContent } from '../../ports/model-content.js';
import { EmbeddingError } from '../../errors/errors.js';
import type { HubSource, LoadProgress, LoadRequest } from '../../ports/worker-api.js';
import { sha256 } from '../../util/sha256.js';
import { Absence } from './absence.js';
import { listBundledFiles, type BundledFile } from './bundled-files.js';
import { fetchFile, type FetchedFile, type FetchFileOptions, type FoundFile } from './fetch-file.js';
import { damaged, denied, missing, untold, webPage, type FileKind, type RefusedFile } from './file-errors.js';
import { fileUrl } from './hub-url.js';
import { findFalseEtag, type Etag } from './told-hash.js';

/** Long enough for a slow network to send one piece, short enough that a dead one is noticed. */
const STALL_TIMEOUT_MS = 60_000;
/** A kilobyte a second: a tenth of what the slowest phone networks bring, which share it among files. */
const MIN_BYTES = 60_000;
/** With waits of half a second, one and two: a connection that comes back finds it still trying. */
const MAX_RETRIES = 3;

const NOT_PART: RefusedFile = {
  found: false,
  why: 'absent',
  status: 404,
  came: 'not part of the model',
  isRedirected: false,
};

/** What is asked before a file's content is downloaded; what it throws ends the download. */
export interface ReadRules {
  readonly onSize?: (path: string, kind: FileKind, sizeBytes: number) => void;
  readonly mayRead?: (path: string) => Promise<void>;
}

/** One attempt to fetch a model. */
export class ModelFetcher {
  /** Path → content. */
  readonly bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #source: HubSource | undefined;
  /** Every file there is, for the bundled model. */
  readonly #bundled: ReadonlyMap<string, BundledFile> | undefined;
  readonly #request: LoadRequest<unknown>;
  readonly #rules: ReadRules;
  readonly #onProgress: (progress: LoadProgress) => void;
  readonly #absence: Absence | undefined;
  readonly #controller = new AbortController();
  readonly #sizes = new Map<string, number | undefined>();
  readonly #hashes = new Map<string, Promise<string>>();
  readonly #etags = new Map<string, Etag>();
  readonly #commits = new Set<string>();
  #loadedBytes = 0;
  #config: Promise<unknown> | undefined;

  constructor(
    request: LoadRequest<unknown>,
    source: HubSource | undefined,
    rules: ReadRules,
    onProgress: (progress: LoadProgress) => void,
  ) {
    this.#source = source;
    this.#bundled = 'bundledUrls' in request.source ? listBundledFiles(request.source.bundledUrls) : undefined;
    this.#request = request;
    this.#rules = rules;
    this.#onProgress = onProgress;
    this.#absence = source && new Absence(source, request.model, (url, options) => this.#ask(url, options));
  }

  /** The URL of one of the model's files. */
  url(path: string): string {
    const known = this.#bundled?.get(path);
    return known && 'url' in known ? known.url : this.#source ? fileUrl(this.#source, this.#request.model, path) : path;
  }

  /** Commits the hub has told; more than one when the branch moved meanwhile. */
  get commits(): readonly string[] {
    return [...this.#commits];
  }

  /**
   * What was read so far; undefined for the bundled model.
   *
   * @throws ModelLoadError `model_file_damaged` for a file that isn't what its server says it is.
   */
  async readContent(isWeights: (path: string) => boolean): Promise<ModelContent | undefined> {
    if (!this.#source) return undefined;
    const hashes = [...this.#hashes].map(async ([path, hash]): Promise<[string, string]> => [path, await hash]);
    const [commit] = this.#commits;
    const files = Object.fromEntries(await Promise.all(hashes));
    const other = findFalseEtag(files, this.#etags);
    if (other !== undefined) throw damaged(this.url(other), this.#sizes.get(other) ?? 0, 'its ETag tells');
    return {
      ...(commit !== undefined && { commit }),
      files,
      weights: [...this.#hashes.keys()].filter(isWeights),
    };
  }

  /** Lower-case hex SHA-256 of files that have come, joined. */
  async readHash(paths: readonly string[]): Promise<string> {
    const hashes = paths.map(async (path) => {
      const known = this.#bundled?.get(path);
      return known && 'sha256' in known ? known.sha256 : ((await this.#hashes.get(path)) ?? '');
    });
    return (await Promise.all(hashes)).join();
  }

  /** The content of config.json, fetched once. */
  config(): Promise<unknown> {
    this.#config ??= this.require('config.json', 'json').then((bytes): unknown =>
      JSON.parse(new TextDecoder().decode(bytes)),
    );
    return this.#config;
  }

  /** A file the model can't be without. */
  async require(path: string, kind: FileKind): Promise<Uint8Array<ArrayBuffer>> {
    const file = await this.#fetch(path, kind);
    if (file.found) return file.bytes;
    const url = this.url(path);
    if (file.why === 'page') throw webPage(url, kind, file);
    if (file.why === 'denied') throw denied(url, file);
    throw missing(this.#request.model, url, `${path} (${file.came})`);
  }

  /** A file the model may lack. @throws also when it isn't told whether it does. */
  async optional(path: string, kind: FileKind): Promise<void> {
    const file = await this.find(path, kind);
    if (!file.found && file.why !== 'absent') throw untold(this.url(path), file);
  }

  /** The file, or why there is none: `absent` only when that is certain. */
  async find(path: string, kind: FileKind): Promise<FetchedFile> {
    const absence = this.#absence;
    const file = await this.#fetch(path, kind, absence && { isAbsent: () => absence.isUnlisted(path) });
    if (file.found) return file;
    // A hub that doesn't give the other files says nothing about this one.
    if (absence) await this.config();
    const isAbsent = file.why === 'absent' || (await absence?.isTold(path, file)) === true;
    if (!isAbsent) return file;
    this.#hashes.set(path, Promise.resolve(''));
    return { ...file, why: 'absent' };
  }

  /** Ends what is under way. */
  end(): void {
    this.#controller.abort(new EmbeddingError('disposed', 'Loading this model was given up.'));
  }

  async #fetch(path: string, kind: FileKind, more?: Partial<FetchFileOptions>): Promise<FetchedFile> {
    const known = this.#bundled?.get(path);
    if (this.#bundled && !known) return NOT_PART;
    if (known && 'content' in known) {
      return { found: true, bytes: this.#keep(path, new TextEncoder().encode(known.content)) };
    }
    this.#sizes.set(path, known?.sizeBytes);
    const { onSize, mayRead } = this.#rules;
    const file = await this.#ask(this.url(path), {
      kind,
      ...(known && { known }),
      ...more,
      onSize: (sizeBytes) => {
        this.#sizes.set(path, sizeBytes);
        onSize?.(path, kind, sizeBytes);
      },
      ...(mayRead && path !== 'config.json' && { mayRead: () => mayRead(path) }),
      onBytes: (bytes) => {
        this.#loadedBytes += bytes;
        this.#report();
      },
    });
    if (file.found) this.#take(path, file);
    else this.#sizes.delete(path);
    return file;
  }

  #ask(url: string, options: Partial<FetchFileOptions> = {}): Promise<FetchedFile> {
    return fetchFile(url, {
      kind: 'json',
      ...(this.#source && { access: this.#source.access }),
      bypassHttpCache: this.#request.bypassHttpCache,
      stallTimeoutMs: STALL_TIMEOUT_MS,
      minBytes: MIN_BYTES,
      maxRetries: MAX_RETRIES,
      signal: this.#controller.signal,
      ...options,
    });
  }

  #take(path: string, { bytes, commit, etag, sha256: hash }: FoundFile): void {
    this.#sizes.set(path, this.#keep(path, bytes).length);
    if (commit !== undefined) this.#commits.add(commit);
    if (etag) this.#etags.set(path, etag);
    if (this.#source) this.#hashes.set(path, hash === undefined ? sha256(bytes) : Promise.resolve(hash));
  }

  #keep(path: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.bytes.set(path, bytes);
    return bytes;
  }

  #report(): void {
    const sizes = [...this.#sizes.values()];
    const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    // A body that was compressed on the way is larger than announced: the total grows with it.
    const totalBytes = sizes.includes(undefined) ? undefined : Math.max(total, this.#loadedBytes);
    this.#onProgress({
      phase: 'download',
      loadedBytes: this.#loadedBytes,
      ...(totalBytes !== undefined && { totalBytes }),
    });
  }
}
