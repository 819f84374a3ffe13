/** The options of `createFetch()`, and refusing what can't be honoured. */
import type { Embeddings } from '../../client/embeddings.js';
import type { Jobs } from '../../client/jobs.js';
import type { Models } from '../../client/models.js';
import { BadRequestError } from '../../errors/errors.js';
import { checkChoice, checkKnown, checkObject, checkString, describe } from '../../util/check-value.js';
import { resolveUrl } from '../../util/page-url.js';
import { findBase, type Base } from './endpoints.js';

/** What of an `EmbeddingClient` answers requests. */
export interface FetchClient {
  /** Answers embedding requests. */
  readonly embeddings: Pick<Embeddings, 'create'>;
  /** Answers which models there are. */
  readonly models: Pick<Models, 'list' | 'retrieve'>;
  /** Answers asynchronous requests. */
  readonly jobs: Pick<Jobs, 'create' | 'retrieve'>;
}

/** The options of `createFetch()`. Unknown options are refused by name. */
export interface FetchOptions {
  /**
   * Answers only URLs below this one, which may end in `/v1`. Relative to the page when not absolute.
   *
   * @default every URL whose path ends in an endpoint, at any host
   */
  readonly baseURL?: string;
  /**
   * Other names for the client's model, such as the `text-embedding-3-small` an app asks for already. The vectors are still the
   * client's: don't compare them with vectors that the model of that name has made. Token ids are refused under such a name,
   * since they are that model's.
   *
   * @default none, and a request for another model gets 404 `model_not_found`
   */
  readonly modelAliases?: readonly string[];
  /**
   * What happens to a request that isn't for an endpoint. `refuse` sends nothing; `pass` hands it to the `fetch` that the page
   * had when `createFetch()` was called, and so lets it leave the device.
   *
   * @default 'refuse'
   */
  readonly otherwise?: 'refuse' | 'pass';
}

/** Checked options. */
export interface FetchSettings {
  readonly base: Base | undefined;
  readonly aliases: readonly string[];
  readonly passes: boolean;
}

/** The options with their defaults. @throws BadRequestError with `param` and `code`. */
export function readFetchOptions(options: FetchOptions): FetchSettings {
  checkObject(options, 'the options');
  checkKnown(options, { baseURL: true, modelAliases: true, otherwise: true }, 'option');
  checkChoice('otherwise', options.otherwise, ['refuse', 'pass']);
  return {
    base: readBaseUrl(options.baseURL),
    aliases: readNames('modelAliases', options.modelAliases),
    passes: options.otherwise === 'pass',
  };
}

/** What endpoints are below; undefined when no URL is given. @throws BadRequestError with `param` `baseURL`. */
export function readBaseUrl(value: string | undefined): Base | undefined {
  checkString('baseURL', value);
  if (value === undefined) return undefined;
  const url = resolveUrl(value);
  if (url && url.search === '' && url.hash === '') return findBase(url);
  const message = `Expected 'baseURL' to be an address or a path, without query and hash.`;
  throw new BadRequestError('invalid_value', message, { param: 'baseURL' });
}

/** A list of models' names; undefined is none. @throws BadRequestError with `param`. */
export function readNames(param: string, value: unknown): readonly string[] {
  const names: unknown = value ?? [];
  if (!Array.isArray(names)) {
    throw new BadRequestError('invalid_type', `Expected '${param}' to be an array, but got ${describe(names)}.`, {
      param,
    });
  }
  return names.map((name: unknown, index) => {
    checkString(param, name);
    if (typeof name === 'string') return name;
    const message = `Expected a string in '${param}[${String(index)}]', but got ${describe(name)}.`;
    throw new BadRequestError('invalid_type', message, { param });
  });
}
