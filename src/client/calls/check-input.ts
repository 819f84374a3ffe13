/** Refuses a bad request by name before any work starts, with the codes OpenAI's API uses. */
import type { EmbeddingCreateParams, RequestOptions } from '../../api/embeddings.js';
import { ENCODING_FORMATS, PRIORITIES, TASKS, TRUNCATES } from '../../api/vocabulary.js';
import { BadRequestError } from '../../errors/errors.js';
import type { TargetRequest } from '../../contract/target.js';
import { checkWidth } from '../../models/matryoshka.js';
import { findClientModel } from '../../models/registry.js';
import { hintName, hintText } from './hints.js';
import { modelNotFound, type AnsweredModels } from './answered-models.js';
import { checkChoice, checkInteger, checkKnown, checkObject, describe } from '../../util/check-value.js';

const PARAMS: Readonly<Record<keyof EmbeddingCreateParams, true>> = {
  input: true,
  model: true,
  encoding_format: true,
  dimensions: true,
  task: true,
  truncate: true,
  user: true,
};
const OPTIONS: Readonly<Record<keyof RequestOptions, true>> = {
  signal: true,
  timeoutMs: true,
  priority: true,
  onProgress: true,
};

const FIRST = 'the first argument: create({ input, … })';
const SECOND = 'the second argument: create({ input }, { … })';

/** OpenAI's limit. Source: OpenAI API reference, "Create embeddings". */
const MAX_INPUTS = 2048;

/**
 * The inputs of a request, one per vector.
 *
 * @param models - the models this client answers for.
 * @param allowsMany - whether OpenAI's limit on the number of inputs is lifted.
 * @throws BadRequestError with `param` and `code`; NotFoundError `model_not_found`.
 */
export function checkParams(
  params: EmbeddingCreateParams,
  models: AnsweredModels,
  { allowsMany = false }: { readonly allowsMany?: boolean } = {},
): TargetRequest {
  checkObject(params, 'the request');
  checkKnown(params, PARAMS, 'parameter', (name) =>
    hintName(name, Object.keys(PARAMS), { names: Object.keys(OPTIONS), place: SECOND }),
  );
  const inputs = checkInputs(params.input, allowsMany);
  const model = checkModel(params.model, models);
  checkChoice('encoding_format', params.encoding_format, ENCODING_FORMATS);
  checkChoice('task', params.task, TASKS);
  checkChoice('truncate', params.truncate, TRUNCATES);
  const dimensions = checkDimensions(params.dimensions, models, model === undefined);
  if (params.user !== undefined && typeof params.user !== 'string') throw wrongType('user', 'a string', params.user);
  return {
    inputs,
    truncate: params.truncate ?? 'end',
    ...(model !== undefined && { model }),
    ...(params.task !== undefined && { task: params.task }),
    ...(dimensions !== undefined && { dimensions }),
  };
}

/** Refuses unknown or impossible options of one call. */
export function checkRequestOptions(options: RequestOptions): void {
  checkObject(options, 'the options');
  checkKnown(options, OPTIONS, 'option', (name) =>
    hintName(name, Object.keys(OPTIONS), { names: Object.keys(PARAMS), place: FIRST }),
  );
  checkChoice('priority', options.priority, PRIORITIES);
  if (options.timeoutMs !== undefined) checkInteger('timeoutMs', options.timeoutMs, 0);
  checkSignal(options.signal);
  if (options.onProgress !== undefined && typeof options.onProgress !== 'function') {
    throw wrongType('onProgress', 'a function', options.onProgress);
  }
}

/** Refuses what can't be iterated, and a string, whose characters nobody means. */
export function checkIterable(input: unknown): void {
  const isIterable =
    typeof input === 'object' && input !== null && (Symbol.asyncIterator in input || Symbol.iterator in input);
  if (!isIterable) throw wrongType('input', 'an iterable of texts', input);
}

/** Refuses what isn't a signal; undefined is fine. A signal of another realm is known by its shape. */
export function checkSignal(value: unknown): void {
  if (value === undefined) return;
  const isSignal = typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
  if (!isSignal) throw wrongType('signal', 'an AbortSignal', value);
}

function checkInputs(input: unknown, allowsMany: boolean): readonly (string | readonly number[])[] {
  if (input === undefined) {
    throw new BadRequestError('missing_required_parameter', `Missing required parameter: 'input'.`, { param: 'input' });
  }
  if (typeof input === 'string') return [checkText(input, '')];
  if (!Array.isArray(input)) throw notText('a string, an array of strings, or token ids', input);
  const items: readonly unknown[] = input;
  if (items.length === 0) throw emptyArray('');
  if (typeof items[0] === 'number') return [checkTokens(items, '')];
  if (items.length > MAX_INPUTS && !allowsMany) {
    const message = `Expected at most ${String(MAX_INPUTS)} items in 'input', but got ${String(items.length)}. Pass priority: 'bulk' or onProgress to embed more in one call.`;
    throw new BadRequestError('array_above_max_length', message, { param: 'input' });
  }
  const isText = typeof items[0] === 'string';
  // Unlike map(), from() sees the holes of a sparse array.
  return Array.from(items, (item, index) => {
    const at = `[${String(index)}]`;
    if (isText && typeof item === 'string') return checkText(item, at);
    if (!isText && Array.isArray(item)) return checkTokens(item, at);
    // The first item decides; where it is neither, texts were meant.
    throw notText(isText || !Array.isArray(items[0]) ? 'only strings' : 'only arrays of token ids', item, at);
  });
}

function checkText(text: string, at: string): string {
  if (text !== '') return text;
  throw new BadRequestError('empty_string', `Expected text in 'input${at}', but got an empty string.`, {
    param: 'input',
  });
}

function checkTokens(tokens: readonly unknown[], at: string): readonly number[] {
  if (tokens.length === 0) throw emptyArray(at);
  return Array.from(tokens, (token, index) => {
    if (typeof token !== 'number') throw notText('integers, or only strings', token, `${at}[${String(index)}]`);
    return checkInteger('input', token, 0, `${at}[${String(index)}]`);
  });
}

/** The model only some providers have; undefined when any target may answer. */
function checkModel(model: unknown, models: AnsweredModels): string | undefined {
  const { own, remote } = models;
  if (model === undefined || model === own) return undefined;
  if (typeof model !== 'string') throw wrongType('model', 'a string', model);
  if (remote.includes(model)) return model;
  throw modelNotFound(model, models);
}

/**
 * The width asked for, when the client's model is known to offer it. Of other models only those who have them know: the device
 * once it is loaded, and providers.
 */
function checkDimensions(
  dimensions: unknown,
  { own, isLocal, sameAs }: AnsweredModels,
  mayBeLocal: boolean,
): number | undefined {
  const known = findClientModel(own, sameAs);
  if (dimensions === undefined) return undefined;
  if (typeof dimensions === 'string') {
    throw wrongType('dimensions', 'an integer', dimensions, '', ' Leave the quotes out, or pass Number(dimensions).');
  }
  const width = checkInteger('dimensions', dimensions, 1);
  if (isLocal && mayBeLocal && known) {
    checkWidth(width, { model: own, own: known.dimensions, offered: known.matryoshkaDimensions });
  }
  return width;
}

function emptyArray(at: string): BadRequestError {
  return new BadRequestError('empty_array', `Expected at least one item in 'input${at}', but got an empty array.`, {
    param: 'input',
  });
}

function notText(expected: string, value: unknown, at = ''): BadRequestError {
  return wrongType('input', expected, value, at, hintText(value));
}

function wrongType(param: string, expected: string, value: unknown, at = '', hint = ''): BadRequestError {
  const message = `Expected ${expected} in '${param}${at}', but got ${describe(value)}.${hint}`;
  return new BadRequestError('invalid_type', message, { param });
}
