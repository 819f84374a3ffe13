/** One file over HTTP, checked before anyone uses it. Knows nothing of models. */
import type { ErrorCode } from '../errors/codes.js';
import { ModelLoadError } from '../errors/errors.js';
import type { RemoteFile } from './bundled-files.js';

/** What a file must look like. */
export type FileKind = 'json' | 'binary';

/** How to fetch a file and how to be told about it. */
export interface FetchFileOptions {
  readonly kind: FileKind;
  /** Content known beforehand; anything else is damage. */
  readonly known?: RemoteFile;
  /** Asks the network even if the HTTP cache has an answer. */
  readonly bypassHttpCache: boolean;
  /** Gives up when no byte has come for so long, in milliseconds. */
  readonly stallTimeoutMs: number;
  /** Called once when the size is known, if ever, before the content is downloaded; what it throws ends the download. */
  readonly onSize?: (sizeBytes: number) => void;
  /** Awaited before the content is downloaded, while the file is known to be there; what it throws ends the download. */
  readonly mayRead?: () => Promise<void>;
  /** Called per piece with the bytes it brought. */
  readonly onBytes?: (bytes: number) => void;
}

/** A checked file, or word of what came instead: an absence, or a web page as a single-page app's server sends for it. */
export type FetchedFile =
  | { readonly found: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly found: false; readonly came: string; readonly isWebPage: boolean };

/** Statuses by which hubs say that a file isn't there; Hugging Face answers 401 for an unknown model. */
const ABSENT = new Set([401, 403, 404, 410]);

/** Compression makes what it can't shrink a little larger, and the announced length is the compressed one. */
const LEAST_SHARE = 0.999;

/**
 * The bytes of a file, checked for status, HTML in disguise, JSON syntax, and size and hash where they are known.
 *
 * @throws ModelLoadError `model_file_unreachable` when no or a failing answer came, `model_file_damaged` when the content
 *   isn't what was expected.
 */
export async function fetchFile(url: string, options: FetchFileOptions): Promise<FetchedFile> {
  const controller = new AbortController();
  const response = await withStall(
    fetch(url, { cache: options.bypassHttpCache ? 'reload' : 'default', signal: controller.signal }),
    url,
    options,
    controller,
  );
  const came = describeResponse(response);
  if (ABSENT.has(response.status)) {
    controller.abort();
    return { found: false, came, isWebPage: false };
  }
  if (!response.ok) throw failure('model_file_unreachable', url, `got ${came}`);
  if (response.headers.get('content-type')?.startsWith('text/html') === true) {
    controller.abort();
    return { found: false, came, isWebPage: true };
  }
  const bytes = await readBody(response, url, options, controller);
  // 0x3C is "<": HTML or XML served under another type.
  if (bytes[0] === 0x3c) return { found: false, came, isWebPage: true };
  await checkContent(bytes, url, came, options);
  return { found: true, bytes };
}

/** Status and type of a response in words, for error messages. */
export function describeResponse(response: Response): string {
  const type = response.headers.get('content-type') ?? 'no content type';
  return `HTTP ${String(response.status)}, ${type}`;
}

async function readBody(
  response: Response,
  url: string,
  options: FetchFileOptions,
  controller: AbortController,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  const sizeBytes = options.known?.sizeBytes ?? announced;
  try {
    if (sizeBytes > 0) options.onSize?.(sizeBytes);
    await options.mayRead?.();
  } catch (error) {
    controller.abort();
    throw error;
  }
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await withStall(reader.read(), url, options, controller);
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    options.onBytes?.(value.length);
  }
  if (loaded < announced * LEAST_SHARE && options.kind === 'binary') {
    throw failure('model_file_damaged', url, `expected ${String(announced)} bytes, got ${String(loaded)}`);
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

async function checkContent(
  bytes: Uint8Array<ArrayBuffer>,
  url: string,
  came: string,
  { kind, known }: FetchFileOptions,
): Promise<void> {
  if (known && bytes.length !== known.sizeBytes) {
    throw failure(
      'model_file_damaged',
      url,
      `expected ${String(known.sizeBytes)} bytes, got ${String(bytes.length)} (${came})`,
    );
  }
  // Outside secure contexts the platform has no hashing.
  if (known && 'subtle' in crypto && (await sha256(bytes)) !== known.sha256) {
    throw failure('model_file_damaged', url, `got ${String(bytes.length)} bytes whose SHA-256 isn't the published one`);
  }
  if (kind === 'json') {
    try {
      JSON.parse(new TextDecoder().decode(bytes));
    } catch (cause) {
      throw failure(
        'model_file_damaged',
        url,
        `expected JSON, got ${String(bytes.length)} bytes of something else (${came})`,
        cause,
      );
    }
  } else if (bytes.length === 0) {
    throw failure('model_file_damaged', url, `expected binary weights, got an empty file (${came})`);
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Settles with `wait`, or fails and ends the request when it takes longer than the stall timeout. */
async function withStall<T>(
  wait: Promise<T>,
  url: string,
  { stallTimeoutMs }: FetchFileOptions,
  controller: AbortController,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(failure('model_file_unreachable', url, `no byte came for ${String(stallTimeoutMs)} ms`));
      controller.abort();
    }, stallTimeoutMs);
  });
  try {
    return await Promise.race([wait, stalled]);
  } catch (error) {
    if (error instanceof ModelLoadError) throw error;
    throw failure('model_file_unreachable', url, 'the request failed before the whole file came', error);
  } finally {
    clearTimeout(timer);
  }
}

/** The error for a file that couldn't be used; `what` says what was expected and what came. */
export function failure(code: ErrorCode, url: string, what: string, cause?: unknown): ModelLoadError {
  const message = `Could not load ${url}: ${what}. Check that the hub serves this file; the next call tries again.`;
  return new ModelLoadError(code, message, { url, ...(cause !== undefined && { cause }) });
}
