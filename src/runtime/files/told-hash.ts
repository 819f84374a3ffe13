/** What a server says of a file's content beside the file. Pure. */

/** An ETag that may be a hash, or anything else. */
export interface Etag {
  /** Where the file came from in the end. */
  readonly origin: string;
  /** 64 lower-case hex digits. */
  readonly value: string;
}

/** A strong ETag; some proxies lose the quotes. */
const HASH = /^"?([0-9a-f]{64})"?$/i;

/**
 * The SHA-256 a hub tells of a file that it keeps outside of git, lower-case hex. For files in git it tells another hash, which
 * is shorter. Source: huggingface_hub 1, `file_download.py`, `X-Linked-Etag`.
 */
export function readToldHash(headers: Headers): string | undefined {
  return readHash(headers.get('x-linked-etag'));
}

/**
 * The ETag of a file, where it may be a SHA-256 of what came: it isn't for what was compressed on the way.
 *
 * @param length - of what came.
 */
export function readEtag({ headers, url }: Response, length: number): Etag | undefined {
  const value = readHash(headers.get('etag'));
  if (value === undefined || Number(headers.get('content-length')) !== length) return undefined;
  return { origin: url.split('/', 3).join('/'), value };
}

/**
 * The path of a file whose ETag is false; undefined when there is none.
 *
 * By its form nobody can tell: the CDN of huggingface.co has 64 hex digits of another kind of hash. But a server one of whose
 * ETags is the SHA-256 of its file doesn't get there by chance.
 *
 * @param files - path → lower-case hex SHA-256.
 */
export function findFalseEtag(
  files: Readonly<Record<string, string>>,
  etags: ReadonlyMap<string, Etag>,
): string | undefined {
  const all = [...etags];
  const hashing = new Set(all.filter(([path, { value }]) => files[path] === value).map(([, { origin }]) => origin));
  return all.find(([path, { origin, value }]) => hashing.has(origin) && files[path] !== value)?.[0];
}

function readHash(value: string | null): string | undefined {
  return HASH.exec(value ?? '')?.[1]?.toLowerCase();
}
