/** The options that all providers share: what they mean, and refusing what can't be honoured. */
import { BadRequestError } from '../../../errors/errors.js';
import { DTYPES, type Dtype } from '../../../api/vocabulary.js';
import {
  checkChoice,
  checkInteger,
  checkKnown,
  checkObject,
  checkString,
  describe,
} from '../../../util/check-value.js';
import { checkApiKey, warnOfKey, type ApiKey } from './api-key.js';
import { readHosts, resolveBaseUrl } from './base-url.js';
import { hasKeyHeader, readHeaders, readQuery, type Fields } from './wire-options.js';

/** What every provider takes. Unknown options are refused by name. */
export interface ProviderOptions {
  /** The provider's name for the model. */
  readonly model: string;
  /**
   * Whether the provider serves the very model that the client runs. The client believes it after comparing vectors of both;
   * then either may answer for the other.
   *
   * @default false
   */
  readonly sameModel?: boolean;
  /**
   * With `sameModel`: the dtype of the weights the provider runs. To quantised ones, which move vectors by themselves and
   * further in batches, the comparison allows a cosine of 0.98 in place of 0.99.
   *
   * @default not known: its vectors must agree with those of fp32, of the q8 file, or of this device
   */
  readonly dtype?: Dtype;
  /**
   * The identity of the provider's vectors. Two providers with an equal one may stand in for each other.
   *
   * @default '<model>@<host and path>;provider=<kind of API>'
   */
  readonly space?: string;
  /** Sent with every request besides; for Azure `{ 'api-key': key }`. Values are kept out of errors. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Put behind every address; for Azure `{ 'api-version': '2024-10-21' }`. Values are kept out of errors. @default none */
  readonly query?: Readonly<Record<string, string>>;
  /**
   * Hosts, with or without a port, that may be reached by `http:`, such as `192.168.1.20` or `nas.local:7997`. Whoever shares
   * the network can read what is sent to them. A page of https: can't ask them at all.
   *
   * @default none: this machine alone
   */
  readonly allowHttpHosts?: readonly string[];
  /**
   * Milliseconds for each HTTP request, up to the last byte of its answer. A request that takes longer is tried again, and the
   * provider rests. @default 60_000
   */
  readonly timeoutMs?: number;
  /**
   * How often an HTTP request is tried again after 408, 409, 429, 5xx, or without an answer: after 0.5 s to 8 s, or what the
   * server asks for up to 60 s. Where nobody else can answer, a server that takes no connection is waited for up to 45 s, unless
   * this is 0. @default 2
   */
  readonly maxRetries?: number;
  /** HTTP requests under way at once. @default 4 */
  readonly maxConcurrency?: number;
  /** Says that a key written into a page may be read by everyone, and silences the warning. @default false */
  readonly dangerouslyAllowBrowser?: boolean;
}

/** What a provider that takes many inputs at once takes besides. */
export interface BatchOptions {
  /** Inputs of one HTTP request; more are sent as several. */
  readonly maxInputs?: number;
  /**
   * Tokens of one HTTP request; more are sent as several. A text counts as many as it has UTF-8 bytes, which is more than it
   * has. @default 300_000
   */
  readonly maxBatchTokens?: number;
}

/** Checked options. */
export interface ProviderSettings {
  readonly id: string;
  readonly baseUrl: URL;
  readonly model: string;
  readonly apiKey: ApiKey | undefined;
  readonly sameModel: boolean;
  readonly dtype: Dtype | undefined;
  readonly space: string | undefined;
  /** By names in lower case. */
  readonly headers: Fields;
  readonly query: Fields;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly maxConcurrency: number;
}

/** What {@link readOptions} reads. */
type ServerOptions = ProviderOptions & { readonly apiKey?: ApiKey; readonly baseURL?: string };

/** What differs between providers. */
export interface OptionRules<T extends ServerOptions = ServerOptions> {
  /** The provider's id. */
  readonly id: string;
  /** The function's name, for the warning. */
  readonly name: string;
  /** Options of this provider alone. */
  readonly others: Readonly<Record<Exclude<keyof T, keyof ServerOptions>, true>>;
  readonly requiresKey: boolean;
  /** Absent: the app has to name it. */
  readonly baseURL?: string;
}

const SHARED: Readonly<Record<keyof ServerOptions, true>> = {
  model: true,
  apiKey: true,
  baseURL: true,
  sameModel: true,
  dtype: true,
  space: true,
  headers: true,
  query: true,
  allowHttpHosts: true,
  timeoutMs: true,
  maxRetries: true,
  maxConcurrency: true,
  dangerouslyAllowBrowser: true,
};

/** Source: OpenAI API reference, "Create embeddings": at most 300,000 tokens of all inputs together. */
const MAX_TOKENS = 300_000;

/** The options with their defaults. @throws BadRequestError with `param` and `code`. */
export function readOptions<T extends ServerOptions>(options: T, rules: OptionRules<T>): ProviderSettings {
  checkObject(options, 'the options');
  checkKnown<object>(options, { ...SHARED, ...rules.others }, 'option');
  const baseURL = options.baseURL ?? rules.baseURL;
  for (const [name, value] of Object.entries({ model: options.model, baseURL })) {
    if (value === undefined) throw missing(name);
  }
  checkString('model', options.model);
  checkString('space', options.space);
  checkChoice('dtype', options.dtype, DTYPES);
  for (const name of ['sameModel', 'dangerouslyAllowBrowser'] as const) checkBoolean(name, options[name]);
  const settings = {
    id: rules.id,
    baseUrl: resolveBaseUrl(baseURL, readHosts(options.allowHttpHosts)),
    model: options.model,
    apiKey: options.apiKey,
    sameModel: options.sameModel ?? false,
    dtype: options.dtype,
    space: options.space,
    headers: readHeaders(options.headers),
    query: readQuery(options.query),
    timeoutMs: checkInteger('timeoutMs', options.timeoutMs ?? 60_000, 1),
    maxRetries: checkInteger('maxRetries', options.maxRetries ?? 2, 0),
    maxConcurrency: checkInteger('maxConcurrency', options.maxConcurrency ?? 4, 1),
  };
  checkApiKey(options.apiKey, rules.requiresKey);
  // Last, so that nobody is warned of a call that is refused.
  const param = typeof options.apiKey === 'string' ? 'apiKey' : hasKeyHeader(settings.headers) ? 'headers' : undefined;
  if (param !== undefined && options.dangerouslyAllowBrowser !== true) warnOfKey(param, rules.name);
  return settings;
}

/** The limits of one HTTP request. @throws BadRequestError with `param` and `code`. */
export function readBatchLimits(
  options: BatchOptions,
  maxInputs: number,
): { readonly maxInputs: number; readonly maxTokens: number } {
  return {
    maxInputs: checkInteger('maxInputs', options.maxInputs ?? maxInputs, 1),
    maxTokens: checkInteger('maxBatchTokens', options.maxBatchTokens ?? MAX_TOKENS, 1),
  };
}

function checkBoolean(param: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new BadRequestError('invalid_type', `Expected '${param}' to be a boolean, but got ${describe(value)}.`, {
    param,
  });
}

function missing(param: string): BadRequestError {
  return new BadRequestError('missing_required_parameter', `Missing required option: '${param}'.`, { param });
}
