/** Refuses unknown or impossible client options by name. */
import type { EmbeddingClientOptions } from '../api/client-options.js';
import type { ClientEvents } from '../api/events.js';
import { BUILTINS, DEVICES, DTYPES, POLICIES, POOLINGS, RUNTIMES, TASKS } from '../api/vocabulary.js';
import { BadRequestError } from '../errors/errors.js';
import { BUNDLED_MODEL } from '../models/bundled-model.js';
import { findRefusedDtypes } from '../models/start-up.js';
import { RUNTIME_REGISTRY } from '../runtimes/registry.js';
import { checkChoice, checkInteger, checkKnown, checkObject, checkString, describe } from '../util/check-value.js';

/** Every option the client knows: the values it takes where these are few, its least value, or whether it is text. */
const OPTIONS: Readonly<Record<keyof EmbeddingClientOptions, readonly string[] | number | 'text' | undefined>> = {
  model: 'text',
  revision: 'text',
  dtype: ['auto', ...DTYPES],
  device: ['auto', ...DEVICES],
  runtime: ['auto', ...RUNTIMES],
  builtin: BUILTINS,
  hub: 'text',
  hubHeaders: undefined,
  credentials: ['omit', 'same-origin', 'include'],
  file: 'text',
  output: 'text',
  maxTokens: 1,
  workers: undefined,
  idleTimeoutMs: 0,
  maxRetries: 0,
  pooling: POOLINGS,
  sameAs: 'text',
  prompts: undefined,
  normalize: undefined,
  fallback: undefined,
  policy: POLICIES,
  onEgress: undefined,
  spaceName: 'text',
  minimumSpeed: undefined,
  assetsUrl: 'text',
};

/** What clients of servers are given. */
const OF_SERVERS = ['apiKey', 'baseURL', 'organization', 'dangerouslyAllowBrowser'];
const USE_PROVIDER =
  "This client computes on the device: for a server, put openaiCompatible({ baseURL, apiKey, model }) of 'inpage-embeddings/providers' into 'fallback'.";

/** The client's events. */
const EVENTS: Readonly<Record<keyof ClientEvents, true>> = {
  'model-progress': true,
  'engine-died': true,
  'provider-changed': true,
  egress: true,
  warning: true,
};

/** One or more path segments that can't leave the hub's folder. */
const PLAIN_PATH = /^(?!\.)[\w.-]+(\/(?!\.)[\w.-]+)*$/;

/** The options, when every one of them can be honoured. @throws BadRequestError with `param` and `code`. */
export function checkOptions(options: EmbeddingClientOptions): void {
  checkObject(options, 'the options');
  checkKnown(options, OPTIONS, 'option', (name) => (OF_SERVERS.includes(name) ? ` ${USE_PROVIDER}` : ''));
  for (const [name, rule] of Object.entries(OPTIONS)) {
    const value = options[name as keyof EmbeddingClientOptions];
    if (typeof rule === 'object') checkChoice(name, value, rule);
    else if (rule === 'text') checkString(name, value);
    else if (rule !== undefined && value !== undefined) checkInteger(name, value, rule);
  }
  for (const [param, example] of [
    ['model', 'owner/name'],
    ['file', 'onnx/model_O2.onnx'],
  ] as const) {
    const value = options[param];
    if (value === undefined || PLAIN_PATH.test(value)) continue;
    const message = `Expected '${param}' to be like '${example}', but got '${value}'.`;
    throw new BadRequestError('invalid_value', message, { param });
  }
  const { hubHeaders } = options;
  if (hubHeaders !== undefined && Object(hubHeaders) !== (hubHeaders as unknown)) {
    throw wrongType('hubHeaders', 'an object of headers, or a function that gives one', hubHeaders);
  }
  if (options.workers !== undefined && options.workers !== 'auto') checkInteger('workers', options.workers, 1);
  if (options.normalize !== undefined && typeof options.normalize !== 'boolean') {
    throw wrongType('normalize', 'true or false', options.normalize);
  }
  checkPrompts(options.prompts);
  checkRemote(options);
  checkModel(options);
  checkBundled(options);
  checkDtype(options);
  checkRuntime(options);
  checkUrl('hub', options.hub);
  checkUrl('assetsUrl', options.assetsUrl);
}

/** OpenAI's model is on no hub but one's own. */
function checkModel({ model, hub, fallback = [] }: EmbeddingClientOptions): void {
  if (hub !== undefined || fallback.length > 0 || model?.startsWith('text-embedding-') !== true) return;
  const message = `'${model}' runs on its maker's servers only. ${USE_PROVIDER}`;
  throw new BadRequestError('invalid_value', message, { param: 'model' });
}

/** Refuses events that there aren't, and what can't be called. @throws BadRequestError with `param` and `code`. */
export function checkListener(name: unknown, listener: unknown): void {
  checkChoice('name', name ?? null, Object.keys(EVENTS));
  if (typeof listener !== 'function') throw wrongType('listener', 'a function', listener);
}

function checkPrompts(prompts: EmbeddingClientOptions['prompts']): void {
  if (prompts === undefined) return;
  const given: unknown = prompts;
  if (typeof given !== 'object' || given === null) throw wrongType('prompts', 'an object of texts by task', given);
  for (const [task, text] of Object.entries(prompts)) {
    checkChoice('prompts', task, TASKS);
    if (typeof text !== 'string') throw wrongType('prompts', `text for '${task}'`, text);
  }
}

/** Who may answer besides this device, and on which terms. */
function checkRemote({ fallback = [], policy, onEgress, minimumSpeed }: EmbeddingClientOptions): void {
  const isProvider = (value: unknown): boolean => typeof value === 'object' && value !== null && 'connect' in value;
  if (!Array.isArray(fallback) || !fallback.every(isProvider)) {
    throw wrongType(
      'fallback',
      `an array of providers, made by the functions of 'inpage-embeddings/providers'`,
      fallback,
    );
  }
  if (policy?.endsWith('remote') === true && fallback.length === 0) {
    const message = `Expected at least one provider in 'fallback' for the policy '${policy}', but got none.`;
    throw new BadRequestError('missing_required_parameter', message, { param: 'fallback' });
  }
  if (onEgress !== undefined && typeof onEgress !== 'function') throw wrongType('onEgress', 'a function', onEgress);
  if (minimumSpeed !== undefined && !(typeof minimumSpeed === 'number' && minimumSpeed > 0)) {
    throw wrongType('minimumSpeed', 'a number of tokens a second over 0', minimumSpeed);
  }
}

function wrongType(param: string, expected: string, value: unknown): BadRequestError {
  return new BadRequestError('invalid_type', `Expected '${param}' to be ${expected}, but got ${describe(value)}.`, {
    param,
  });
}

/** The bundled model comes in one revision and dtype: refusing beats ignoring what can't be honoured. */
function checkBundled(options: EmbeddingClientOptions): void {
  const { model = BUNDLED_MODEL, dtype = 'auto', revision = 'main', hub, file } = options;
  if (model !== BUNDLED_MODEL || hub !== undefined) return;
  const isOther = { dtype: !['auto', 'q8'].includes(dtype), revision: revision !== 'main', file: file !== undefined };
  const [wrong] = Object.entries(isOther).find(([, other]) => other) ?? [];
  if (wrong === undefined) return;
  const message = `The bundled model comes in q8 and revision 'main' only. Leave '${wrong}' out, or name a 'hub' that serves others.`;
  throw new BadRequestError('invalid_value', message, { param: wrong });
}

/** A runtime the app wants may lack the device or the number format that it wants too. */
function checkRuntime({ runtime = 'auto', device = 'auto', dtype = 'auto' }: EmbeddingClientOptions): void {
  if (runtime === 'auto') return;
  const { devices, lacks, terms } = RUNTIME_REGISTRY[runtime];
  const isElsewhere = device !== 'auto' && !devices.includes(device);
  if (!isElsewhere && !lacks.includes(dtype)) return;
  const param = isElsewhere ? 'device' : 'dtype';
  throw new BadRequestError('invalid_value', `${terms} Leave '${param}' out, or 'runtime'.`, { param });
}

/** A number format in which the model is known to give wrong vectors. */
function checkDtype({ model = BUNDLED_MODEL, sameAs = model, dtype = 'auto' }: EmbeddingClientOptions): void {
  if (dtype === 'auto' || !findRefusedDtypes(sameAs).includes(dtype)) return;
  const message = `'${model}' gives wrong vectors in ${dtype}: its activations exceed 16-bit floats. Leave 'dtype' out.`;
  throw new BadRequestError('invalid_value', message, { param: 'dtype' });
}

/** Paths are appended to these, and they stand in error messages: so no query, and no credentials. */
function checkUrl(param: string, value: string | undefined): void {
  if (value === undefined || isPlainUrl(value)) return;
  const message = `Expected '${param}' to be an http(s) URL, absolute or relative to the page, without query and credentials.`;
  throw new BadRequestError('invalid_value', message, { param });
}

function isPlainUrl(value: string): boolean {
  try {
    const { protocol, search, hash, username, password } = new URL(value, 'https://page.invalid');
    return /^https?:$/.test(protocol) && search + hash + username + password === '';
  } catch {
    return false;
  }
}
