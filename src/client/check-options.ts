/** Refuses unknown or impossible client options by name. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import { DTYPES, POOLINGS } from '../api/vocabulary.js';
import { BadRequestError } from '../errors/errors.js';
import { BUNDLED_MODEL } from '../models/registry.js';
import { checkChoice, checkInteger, checkKnown, describe } from './check-value.js';

/** Every option the client knows, with the values it takes where these are few. */
const CHOICES: Readonly<Record<keyof EmbeddingClientOptions, readonly string[] | undefined>> = {
  model: undefined,
  revision: undefined,
  dtype: ['auto', ...DTYPES],
  device: ['auto', 'wasm'],
  runtime: ['auto', 'onnxruntime'],
  hub: undefined,
  maxTokens: undefined,
  pooling: POOLINGS,
  policy: ['only-on-device'],
  assetsUrl: undefined,
};

/** One or more path segments that can't leave the hub's folder. */
const MODEL_ID = /^(?!\.)[\w.-]+(\/(?!\.)[\w.-]+)*$/;

/** The options, when every one of them can be honoured. @throws BadRequestError with `param` and `code`. */
export function checkOptions(options: EmbeddingClientOptions): void {
  checkKnown(options, Object.keys(CHOICES), 'option');
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (choices) checkChoice(name, options[name as keyof EmbeddingClientOptions], choices);
  }
  for (const name of ['model', 'revision', 'hub', 'assetsUrl'] as const) checkString(name, options[name]);
  if (options.model !== undefined && !MODEL_ID.test(options.model)) {
    throw new BadRequestError(
      'invalid_value',
      `Expected 'model' to be like 'owner/name', but got '${options.model}'.`,
      {
        param: 'model',
      },
    );
  }
  if (options.maxTokens !== undefined) checkInteger('maxTokens', options.maxTokens, 1);
  checkBundled(options);
  checkUrl('hub', options.hub);
  checkUrl('assetsUrl', options.assetsUrl);
}

/** The bundled model comes as one file: refusing beats ignoring what can't be honoured. */
function checkBundled({ model = BUNDLED_MODEL, dtype = 'auto', hub }: EmbeddingClientOptions): void {
  if (model !== BUNDLED_MODEL || hub !== undefined || dtype === 'auto' || dtype === 'q8') return;
  const message = `Expected 'dtype' to be 'auto' or 'q8' with the bundled model, but got '${dtype}'. Name a 'hub' that serves it in others.`;
  throw new BadRequestError('invalid_value', message, { param: 'dtype' });
}

function checkString(param: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  const came = value === '' ? 'an empty string' : describe(value);
  throw new BadRequestError('invalid_type', `Expected '${param}' to be a string, but got ${came}.`, { param });
}

function checkUrl(param: string, value: string | undefined): void {
  if (value === undefined) return;
  try {
    const { protocol } = new URL(value, 'https://page.invalid');
    if (protocol === 'https:' || protocol === 'http:') return;
  } catch {
    // Falls through to the one message for all that isn't a usable URL.
  }
  throw new BadRequestError(
    'invalid_value',
    `Expected '${param}' to be an http(s) URL, absolute or relative to the page.`,
    {
      param,
    },
  );
}
