/** One file over HTTP, tried again where that helps, and checked before anyone uses it. Knows nothing of models. */
import type { ModelLoadError } from '../../errors/errors.js';
import type { HubAccess } from '../../ports/worker-api.js';
import { describeResponse } from '../../util/describe-response.js';
import { planRetry, type FailedTry } from '../../util/retry-policy.js';
import { sha256 } from '../../util/sha256.js';
import type { RemoteFile } from './bundled-files.js';
import { checkJson } from './check-json.js';
import { damaged, failure, type FileKind, type RefusedFile } from './file-errors.js';
import { StallWatch, type LeastRate } from './stall-watch.js';
import { readEtag, readToldHash, type Etag } from './told-hash.js';

/** How to fetch a file and how to be told about it. */
export interface FetchFileOptions extends LeastRate {
  readonly kind: FileKind;
  /** What goes with the request to the app's hub. Absent for files that are nobody's secret. */
  readonly access?: HubAccess;
  /** Content known beforehand; anything else is damage. */
  readonly known?: RemoteFile;
  /** Asks the network even if the HTTP cache has an answer. */
  readonly bypassHttpCache: boolean;
  /** How often it is tried again after what may pass. */
  readonly maxRetries: number;
  /**
   * Asked once, when the first try failed and before it is tried again: whether the file is known not to be there, as it
   * may be that only the answer can't be read.
   */
  readonly isAbsent?: () => Promise<boolean>;
  /** Ends it, also between two tries; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called when the size is known, if ever, before the content is downloaded; what it throws ends the download. */
  readonly onSize?: (sizeBytes: number) => void;
  /** Awaited before the content is downloaded, while the file is known to be there; what it throws ends the download. */
  readonly mayRead?: () => Promise<void>;
  /** Called per piece with the bytes it brought; with a negative number when what came is given up. */
  readonly onBytes?: (bytes: number) => void;
}

/** A checked file, or what a server said instead of giving it. */
export type FetchedFile = FoundFile | RefusedFile;

/** A file that came. */
export interface FoundFile {
  readonly found: true;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The commit the hub told, where it did. */
  readonly commit?: string;
  /** Lower-case hex SHA-256, where it was computed. */
  readonly sha256?: string;
  readonly etag?: Etag;
}

const ABSENT = new Set([404, 410]);
const DENIED = new Set([401, 403]);

/** Compression makes what it can't shrink a little larger, and the announced length is the compressed one. */
const MIN_SHARE = 0.999;

interface Failure extends FailedTry {
  readonly error: ModelLoadError;
  /** What came isn't what the server says it is. */
  readonly isDamaged?: boolean;
}

/**
 * The bytes of a file, checked for status, HTML in disguise, JSON syntax, and size and hash where they are known or told.
 *
 * @throws ModelLoadError `model_file_unreachable` when no or a failing answer came, `model_file_damaged` when the content
 *   isn't what was expected.
 */
export async function fetchFile(url: string, options: FetchFileOptions): Promise<FetchedFile> {
  let wasDamaged = false;
  for (let tries = 0; ; tries += 1) {
    // The HTTP cache would give damage again.
    const outcome = await tryOnce(url, wasDamaged ? { ...options, bypassHttpCache: true } : options);
    if (!('error' in outcome)) return outcome;
    // Twice, it is the hub's own.
    if (wasDamaged && outcome.isDamaged === true) throw outcome.error;
    wasDamaged ||= outcome.isDamaged === true;
    if (tries === 0 && (await options.isAbsent?.()) === true) {
      return { found: false, why: 'absent', status: outcome.status ?? 0, came: 'no such file', isRedirected: false };
    }
    const terms = { tries, maxRetries: options.maxRetries, when: 'always', random: Math.random() } as const;
    const waitMs = planRetry(outcome, { ...terms, now: Date.now() });
    if (waitMs === undefined) throw outcome.error;
    // So that whoever watches this worker sees that it lives.
    options.onBytes?.(0);
    await sleep(waitMs, options.signal);
  }
}

async function tryOnce(url: string, options: FetchFileOptions): Promise<FetchedFile | Failure> {
  const watch = new StallWatch(options);
  const { signal } = options;
  const end = (): void => {
    watch.end();
  };
  signal?.throwIfAborted();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await exchange(url, options, watch);
  } finally {
    signal?.removeEventListener('abort', end);
    // Whatever is left of the answer isn't wanted.
    watch.end();
  }
}

async function exchange(url: string, options: FetchFileOptions, watch: StallWatch): Promise<FetchedFile | Failure> {
  const response = await under(watch, url, options, fetch(url, createInit(options, watch.signal)));
  if ('error' in response) return response;
  const came = describeResponse(response);
  const { status, headers } = response;
  if (response.type === 'opaqueredirect') throw failure('model_file_unreachable', url, REDIRECTED);
  const isPage = response.ok && headers.get('content-type')?.toLowerCase().startsWith('text/html') === true;
  const why = ABSENT.has(status) ? 'absent' : DENIED.has(status) ? 'denied' : isPage ? 'page' : undefined;
  const refused = { found: false, status, came, isRedirected: response.redirected } as const;
  if (why) return { ...refused, why };
  if (!response.ok) return { kind: 'status', status, headers, error: unreachable(url, `got ${came}`) };
  const bytes = await readBody(response, url, options, watch);
  if ('error' in bytes) return bytes;
  // 0x3C is "<": HTML or XML served under another type.
  if (bytes[0] === 0x3c) return { ...refused, why: 'page' };
  const told = readToldHash(headers);
  const hash = told === undefined ? {} : { sha256: await sha256(bytes) };
  if (hash.sha256 !== told) {
    options.onBytes?.(-bytes.length);
    return { kind: 'cut', isDamaged: true, error: damaged(url, bytes.length, 'the hub tells') };
  }
  await checkContent(bytes, url, came, options);
  const commit = headers.get('x-repo-commit');
  const etag = readEtag(response, bytes.length);
  return { found: true, bytes, ...hash, ...(commit !== null && commit !== '' && { commit }), ...(etag && { etag }) };
}

const REDIRECTED =
  "it redirects, and would be sent the headers in 'hubHeaders' wherever that leads. Only 'authorization' is kept from other origins by the browser: use that one, or name the final address as 'hub'";

/**
 * No word of the page that asks. A browser takes `authorization` off a redirect to another origin, and no other header, so
 * with others no redirect is followed. Source: Fetch standard, HTTP-redirect fetch, step 13.
 */
function createInit({ access, bypassHttpCache }: FetchFileOptions, signal: AbortSignal): RequestInit {
  const { headers = {}, credentials } = access ?? {};
  const isSafe = Object.keys(headers).every((name) => name.toLowerCase() === 'authorization');
  return {
    cache: bypassHttpCache ? 'reload' : 'default',
    referrerPolicy: 'no-referrer',
    signal,
    headers,
    ...(credentials && { credentials }),
    ...(!isSafe && { redirect: 'manual' }),
  };
}

async function readBody(
  response: Response,
  url: string,
  options: FetchFileOptions,
  watch: StallWatch,
): Promise<Uint8Array<ArrayBuffer> | Failure> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  const sizeBytes = options.known?.sizeBytes ?? announced;
  watch.pause();
  if (sizeBytes > 0) options.onSize?.(sizeBytes);
  await options.mayRead?.();
  watch.startBody();
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const piece = await under(watch, url, options, reader.read(), 'cut');
    if ('error' in piece) {
      options.onBytes?.(-loaded);
      return piece;
    }
    if (piece.done) break;
    chunks.push(piece.value);
    loaded += piece.value.length;
    watch.count(piece.value.length);
    options.onBytes?.(piece.value.length);
  }
  if (loaded < announced * MIN_SHARE && options.kind === 'binary') {
    options.onBytes?.(-loaded);
    const what = `expected ${String(announced)} bytes, got ${String(loaded)}`;
    return { kind: 'cut', error: failure('model_file_damaged', url, what) };
  }
  const bytes = new Uint8Array(loaded);
  chunks.reduce((offset, chunk) => (bytes.set(chunk, offset), offset + chunk.length), 0);
  return bytes;
}

async function checkContent(
  bytes: Uint8Array<ArrayBuffer>,
  url: string,
  came: string,
  { kind, known }: FetchFileOptions,
): Promise<void> {
  if (known && bytes.length !== known.sizeBytes) {
    const what = `expected ${String(known.sizeBytes)} bytes, got ${String(bytes.length)} (${came})`;
    throw failure('model_file_damaged', url, what);
  }
  if (known && (await sha256(bytes)) !== known.sha256) throw damaged(url, bytes.length, 'was published');
  if (kind !== 'binary') checkJson(bytes, kind, url, came);
  else if (bytes.length === 0) {
    throw failure('model_file_damaged', url, `expected binary weights, got an empty file (${came})`);
  }
}

/** What `wait` gives, or why nothing came of it. */
async function under<T>(
  watch: StallWatch,
  url: string,
  { signal }: FetchFileOptions,
  wait: Promise<T>,
  kind: 'connection' | 'cut' = 'connection',
): Promise<T | Failure> {
  try {
    return await wait;
  } catch (cause) {
    signal?.throwIfAborted();
    if (watch.stalled !== undefined) return { kind: 'timeout', error: unreachable(url, watch.stalled) };
    return { kind, error: unreachable(url, 'the request failed before the whole file came', cause) };
  }
}

function unreachable(url: string, what: string, cause?: unknown): ModelLoadError {
  return failure('model_file_unreachable', url, what, cause);
}

async function sleep(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', end, { once: true });
  });
}
