/** Where a provider's requests may go. */
import { BadRequestError } from '../errors/errors.js';

/** Hosts that are this very machine: the only ones that are reached without TLS. */
const THIS_MACHINE = /^(localhost|127\.0\.0\.1|\[::1\]|.+\.localhost)$/;

/**
 * The absolute address without a slash at its end; a relative one starts at the page.
 *
 * @throws BadRequestError `invalid_type` or `invalid_value`, with `param` `baseURL`.
 */
export function resolveBaseUrl(value: unknown): URL {
  const url = typeof value === 'string' ? parse(value) : undefined;
  if (!url || !isSafe(url)) {
    // The address isn't repeated: it may hold a password.
    const message = `Expected 'baseURL' to be an https: address, http: on this machine alone, or a path of the page; without credentials, query and hash.`;
    throw new BadRequestError(typeof value === 'string' ? 'invalid_value' : 'invalid_type', message, {
      param: 'baseURL',
    });
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** The same address without `/v1` at its end. */
export function withoutVersion(url: URL): URL {
  const shorter = new URL(url);
  shorter.pathname = shorter.pathname.replace(/\/v1$/, '');
  return shorter;
}

/** An address below `base`. @param path - begins with a slash; what is put in it is encoded. */
export function urlBelow(base: URL, path: string): string {
  return base.href.replace(/\/$/, '') + path;
}

function parse(value: string): URL | undefined {
  const page = (globalThis as { document?: { baseURI: string } }).document?.baseURI;
  const base = page ?? (globalThis as { location?: { href: string } }).location?.href;
  // A `?` or `#` with nothing after it would vanish and the path go behind it.
  return value === '' || /[?#]/.test(value) || !URL.canParse(value, base) ? undefined : new URL(value, base);
}

function isSafe({ protocol, hostname, username, password }: URL): boolean {
  if (username + password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && THIS_MACHINE.test(hostname));
}
