/** Where a provider's requests may go. */
import { BadRequestError } from '../../../errors/errors.js';
import { resolveUrl } from '../../../util/page-url.js';

/** Hosts that are this very machine: they are reached without TLS, as those that the app names. */
const THIS_MACHINE = /^(localhost|127\.0\.0\.1|\[::1\]|.+\.localhost)$/;

const HTTP_PORT = '80';

/**
 * The absolute address without a slash at its end; a relative one starts at the page.
 *
 * @param allowHttpHosts - hosts, with or without port, that may be reached without TLS.
 * @throws BadRequestError `invalid_type` or `invalid_value`, with `param` `baseURL`.
 */
export function resolveBaseUrl(value: unknown, allowHttpHosts: readonly string[] = []): URL {
  const url = typeof value === 'string' ? parse(value) : undefined;
  if (!url || !isSafe(url, allowHttpHosts)) {
    // The address isn't repeated: it may hold a password.
    const message = `Expected 'baseURL' to be an https: address, http: on this machine or a host of 'allowHttpHosts', or a path of the page; without credentials, query (that is 'query') and hash.`;
    throw new BadRequestError(typeof value === 'string' ? 'invalid_value' : 'invalid_type', message, {
      param: 'baseURL',
    });
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/**
 * Hosts as URLs write them.
 *
 * @throws BadRequestError `invalid_type` or `invalid_value`, with `param` `allowHttpHosts`.
 */
export function readHosts(hosts: unknown = []): readonly string[] {
  const read = Array.isArray(hosts) ? hosts.map(readHost) : [undefined];
  if (read.every((host) => host !== undefined)) return read;
  const message = `Expected 'allowHttpHosts' to be an array of hosts like '192.168.1.20' or 'nas.local:7997', but got another value.`;
  throw new BadRequestError('invalid_value', message, { param: 'allowHttpHosts' });
}

function readHost(host: unknown): string | undefined {
  if (typeof host !== 'string' || !/^[^\s/?#@\\]+$/.test(host)) return undefined;
  try {
    const { hostname, port } = new URL(`http://${host}`);
    // Where a port is named, also the usual one, it counts.
    return /:\d+$/.test(host) ? `${hostname}:${port || HTTP_PORT}` : hostname;
  } catch {
    return undefined;
  }
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
  // A `?` or `#` with nothing after it would vanish and the path go behind it.
  return value === '' || /[?#]/.test(value) ? undefined : resolveUrl(value);
}

function isSafe({ protocol, hostname, port, username, password }: URL, allowHttpHosts: readonly string[]): boolean {
  if (username + password !== '') return false;
  const isAllowed = [hostname, `${hostname}:${port || HTTP_PORT}`].some((name) => allowHttpHosts.includes(name));
  return protocol === 'https:' || (protocol === 'http:' && (THIS_MACHINE.test(hostname) || isAllowed));
}
