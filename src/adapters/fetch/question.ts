/** A request on its way to its answer, and reading what it asks. */
import { BadRequestError } from '../../errors/errors.js';
import { checkObject } from '../../util/check-value.js';
import type { Endpoint } from './endpoints.js';
import type { FetchClient } from './fetch-options.js';
import type { Reply } from './reply.js';

/** A request for one endpoint. */
export interface Question {
  readonly client: FetchClient;
  /** Other names for the client's model. */
  readonly aliases: readonly string[];
  readonly endpoint: Endpoint;
  readonly request: Request;
  readonly requestId: string;
}

/** What answers an endpoint. @throws EmbeddingError, which becomes a reply as well. */
export type Answer = (question: Question) => Promise<Reply>;

/**
 * The body's fields; one that is null counts as absent. Whatever its content type, it has to be JSON: a plain `fetch` with a
 * string says `text/plain`.
 *
 * @throws BadRequestError `bad_request`, `invalid_type`.
 */
export async function readFields({ request }: Question): Promise<Readonly<Record<string, unknown>>> {
  const body = parse(await request.text());
  checkObject(body, "the request's body");
  return Object.fromEntries(Object.entries(body as object).filter(([, value]) => value !== null));
}

/** The name the client knows a model by; undefined is its own model. */
export function resolveModel({ aliases }: Pick<Question, 'aliases'>, name: string): string | undefined {
  return aliases.includes(name) ? undefined : name;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What JSON.parse says quotes the text.
    const came = text.trim() === '' ? 'none' : 'something else';
    throw new BadRequestError('bad_request', `Expected JSON in the request's body, but got ${came}.`);
  }
}
