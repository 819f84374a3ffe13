/** All files of one model, fetched and checked together. Knows the hub's layout, not what is in the files. */
import type { Dtype, RuntimeName } from '../api/vocabulary.js';
import { ModelLoadError } from '../errors/errors.js';
import type { LoadProgress, LoadRequest } from '../protocol/worker-api.js';
import { checkRoom } from './check-room.js';
import { listBundledFiles, type BundledFile } from './bundled-files.js';
import { listModuleFiles } from './list-modules.js';
import { failure, fetchFile, type FetchedFile, type FileKind } from './fetch-file.js';

/**
 * Dtype → end of the weights' file name.
 *
 * Source: transformers.js 4.3.1, `DEFAULT_DTYPE_SUFFIX_MAPPING`.
 */
const WEIGHT_SUFFIX: Record<Dtype, string> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/** Files that say how a model is to be used; a model may lack any of them. Source: sentence-transformers 5, `save()`. */
const OPTIONAL_JSON = ['tokenizer_config.json', 'config_sentence_transformers.json'] as const;

/** Long enough for a slow network to send one piece, short enough that a dead one is noticed. */
const STALL_TIMEOUT_MS = 60_000;

/** What a runtime asks of a model's files. */
export interface FileRules {
  readonly runtime: RuntimeName;
  /**
   * Called with the content of config.json and a file's path before that file's content is downloaded. What it throws ends
   * the download.
   */
  readonly accept?: (config: unknown, path: string) => void;
}

/** The checked files of one model. */
export interface ModelFiles {
  /** Path → content. The weights' buffers are large: whoever has used one deletes it. */
  readonly bytes: Map<string, Uint8Array<ArrayBuffer>>;
  /** The dtype whose weights were found. */
  readonly dtype: Dtype;
  /** Path of the weights. */
  readonly weightsPath: string;
  /** The URL of any of the model's files. */
  readonly url: (path: string) => string;
  /** Fetches one more file, which the model may lack; its content is in `bytes` then. @throws like {@link fetchModelFiles} */
  readonly fetchOptional: (path: string, kind: FileKind) => Promise<void>;
}

/**
 * Fetches every file a model needs, in parallel, with one progress number.
 *
 * @throws ModelLoadError `model_file_missing`, `model_file_unreachable` or `model_file_damaged`; `url` names the file.
 *   Whatever the rules throw.
 */
export async function fetchModelFiles(
  request: LoadRequest<unknown>,
  rules: FileRules,
  onProgress: (progress: LoadProgress) => void,
): Promise<ModelFiles> {
  const fetcher = new ModelFetcher(request, rules, onProgress);
  const [config, , weights] = await Promise.all([
    fetcher.config(),
    fetcher.require('tokenizer.json', 'json'),
    fetcher.weights(),
    ...OPTIONAL_JSON.map((path) => fetcher.optional(path, 'json')),
    fetcher.modules(),
  ]);
  await fetcher.externalData(config, weights.path);
  return {
    bytes: fetcher.bytes,
    dtype: weights.dtype,
    weightsPath: weights.path,
    url: (path) => fetcher.url(path),
    fetchOptional: (path, kind) => fetcher.optional(path, kind),
  };
}

/** The JSON object in a file, or undefined when the model lacks the file. */
export function readJson(files: Pick<ModelFiles, 'bytes'>, path: string): unknown {
  const bytes = files.bytes.get(path);
  return bytes && JSON.parse(new TextDecoder().decode(bytes));
}

/** How many files of their own the weights at `path` have besides, by config.json. */
export function countDataFiles(config: unknown, path: string): number {
  const { 'transformers.js_config': settings } = config as {
    'transformers.js_config'?: { use_external_data_format?: boolean | number | Record<string, boolean | number> };
  };
  const setting = settings?.use_external_data_format ?? 0;
  const name = path.slice('onnx/'.length);
  return Number(typeof setting === 'object' ? (setting[name] ?? setting['model'] ?? 0) : setting);
}

class ModelFetcher {
  readonly bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Every file there is, for the bundled model. */
  readonly #bundled: ReadonlyMap<string, BundledFile> | undefined;
  readonly #baseUrl: string;
  readonly #request: LoadRequest<unknown>;
  readonly #rules: FileRules;
  readonly #onProgress: (progress: LoadProgress) => void;
  readonly #sizes = new Map<string, number | undefined>();
  #loadedBytes = 0;
  #config: Promise<unknown> | undefined;

  constructor(request: LoadRequest<unknown>, rules: FileRules, onProgress: (progress: LoadProgress) => void) {
    const { source } = request;
    this.#bundled = 'bundledUrls' in source ? listBundledFiles(source.bundledUrls) : undefined;
    this.#baseUrl = 'baseUrl' in source ? source.baseUrl : '';
    this.#request = request;
    this.#rules = rules;
    this.#onProgress = onProgress;
  }

  url(path: string): string {
    const known = this.#bundled?.get(path);
    return known && 'url' in known ? known.url : `${this.#baseUrl}/${path}`;
  }

  /** The content of config.json, fetched once. */
  config(): Promise<unknown> {
    this.#config ??= this.require('config.json', 'json').then((bytes): unknown =>
      JSON.parse(new TextDecoder().decode(bytes)),
    );
    return this.#config;
  }

  async require(path: string, kind: FileKind): Promise<Uint8Array<ArrayBuffer>> {
    const file = await this.#fetch(path, kind);
    if (file.found) return file.bytes;
    if (file.isWebPage) throw webPage(this.url(path), kind, file.came);
    throw missing(this.#request.model, this.url(path), `${path} (${file.came})`);
  }

  /** A web page counts as absence here: it is how servers of single-page apps answer a path they don't know. */
  async optional(path: string, kind: FileKind): Promise<void> {
    await this.#fetch(path, kind);
  }

  /** What the model's modules are, and their settings: which files that are only modules.json says. */
  async modules(): Promise<void> {
    await this.optional('modules.json', 'json');
    await Promise.all(listModuleFiles(readJson(this, 'modules.json')).map((path) => this.optional(path, 'json')));
  }

  /** The first dtype whose weights the hub has. */
  async weights(): Promise<{ dtype: Dtype; path: string }> {
    const tried: string[] = [];
    for (const dtype of this.#request.dtypes) {
      const path = `onnx/model${WEIGHT_SUFFIX[dtype]}.onnx`;
      const file = await this.#fetch(path, 'binary');
      if (file.found) return { dtype, path };
      if (file.isWebPage) throw webPage(this.url(path), 'binary', file.came);
      tried.push(`${path} (${file.came})`);
    }
    const first = `onnx/model${WEIGHT_SUFFIX[this.#request.dtypes[0] ?? 'fp32']}.onnx`;
    throw missing(this.#request.model, this.url(first), tried.join(', '));
  }

  /** Weights over 2 GB lie in files of their own, which config.json announces. */
  async externalData(config: unknown, weightsPath: string): Promise<void> {
    await Promise.all(
      Array.from({ length: countDataFiles(config, weightsPath) }, (_, index) =>
        this.require(`${weightsPath}_data${index === 0 ? '' : `_${String(index)}`}`, 'binary'),
      ),
    );
  }

  async #fetch(path: string, kind: FileKind): Promise<FetchedFile> {
    const known = this.#bundled?.get(path);
    if (this.#bundled && !known) return { found: false, came: 'not part of the model', isWebPage: false };
    if (known && 'content' in known)
      return { found: true, bytes: this.#keep(path, new TextEncoder().encode(known.content)) };
    this.#sizes.set(path, known?.sizeBytes);
    const { accept } = this.#rules;
    const file = await fetchFile(this.url(path), {
      kind,
      ...(known && { known }),
      bypassHttpCache: this.#request.bypassHttpCache,
      stallTimeoutMs: STALL_TIMEOUT_MS,
      onSize: (sizeBytes) => {
        this.#sizes.set(path, sizeBytes);
        if (kind === 'binary') checkRoom(sizeBytes, this.url(path), this.#request.room, this.#rules.runtime);
      },
      ...(accept &&
        path !== 'config.json' && {
          mayRead: async () => {
            accept(await this.config(), path);
          },
        }),
      onBytes: (bytes) => {
        this.#loadedBytes += bytes;
        this.#report();
      },
    });
    if (file.found) this.#sizes.set(path, this.#keep(path, file.bytes).length);
    else this.#sizes.delete(path);
    return file;
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

function webPage(url: string, kind: FileKind, came: string): ModelLoadError {
  return failure(
    'model_file_damaged',
    url,
    `expected ${kind === 'json' ? 'JSON' : 'binary weights'}, got a web page (${came})`,
  );
}

function missing(model: string, url: string, tried: string): ModelLoadError {
  const message = `Could not load model '${model}' from ${url}: the hub doesn't have ${tried}. Check model, revision, dtype and hub.`;
  return new ModelLoadError('model_file_missing', message, { url });
}
