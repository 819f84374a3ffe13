/** Options that change what every request carries: headers and a query. */
import { BadRequestError } from '../../../errors/errors.js';
import { describe } from '../../../util/check-value.js';

/** Names to values, as they are sent. */
export type Fields = Readonly<Record<string, string>>;

/** Source: RFC 9110 section 5.1, "token". */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** What `fetch` would refuse otherwise, with the value in its message. Source: RFC 9110 section 5.5, without obs-text. */
const HEADER_VALUE = /^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$/;
/** Those this library sets, and those no page may set. Source: Fetch standard, "forbidden request-header". */
const NOT_THE_APPS =
  /^(accept(-charset|-encoding)?|connection|content-(length|type)|cookie2?|host|origin|referer|(proxy|sec)-.*)$/;
/** Headers whose values are keys, by their names. */
const KEY_NAME = /auth|key|secret|token/;

/** The headers by their names in lower case. Values aren't repeated. @throws BadRequestError with `param` `headers`. */
export function readHeaders(headers: unknown): Fields {
  const read = Object.entries(readFields('headers', headers)).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  for (const [name, value] of read) {
    if (!HEADER_NAME.test(name)) throw refused('headers', 'names of letters, digits and hyphens', 'another');
    if (NOT_THE_APPS.test(name)) throw refused('headers', 'names a page may set', `'${name}'`);
    if (!HEADER_VALUE.test(value)) throw refused('headers', `printable ASCII as '${name}'`, 'other characters');
  }
  return Object.fromEntries(read);
}

/** The query's parameters. Values aren't repeated. @throws BadRequestError with `param` `query`. */
export function readQuery(query: unknown): Fields {
  return { ...readFields('query', query) };
}

/** Whether there is a header that, by its name, holds a key. */
export function hasKeyHeader(headers: Fields): boolean {
  return Object.keys(headers).some((name) => KEY_NAME.test(name));
}

/** The address with the query behind it. */
export function withQuery(url: string, query: Fields): string {
  const encoded = new URLSearchParams(query).toString();
  return encoded === '' ? url : `${url}?${encoded}`;
}

function readFields(param: string, fields: unknown = {}): Fields {
  if (typeof fields !== 'object' || fields === null) throw refused(param, 'an object', describe(fields));
  // A `Headers`, a `Map` or a `URLSearchParams` has no fields of its own: nothing of it would be sent.
  if (Symbol.iterator in fields) throw refused(param, 'a plain object of names and texts', 'another');
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string') throw refused(param, `a text as '${name}'`, describe(value));
  }
  return fields as Fields;
}

function refused(param: string, expected: string, came: string): BadRequestError {
  const message = `Expected ${expected} in '${param}', but got ${came}.`;
  return new BadRequestError('invalid_value', message, { param });
}
