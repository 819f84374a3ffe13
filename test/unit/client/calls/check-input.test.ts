import { describe, expect, test } from 'vitest';
import type { EmbeddingCreateParams } from '../../../../src/api/embeddings.js';
import { ENCODING_FORMATS, TASKS, TRUNCATES } from '../../../../src/api/vocabulary.js';
import type { AnsweredModels } from '../../../../src/client/calls/answered-models.js';
import { checkParams } from '../../../../src/client/calls/check-input.js';
import type { ErrorCode } from '../../../../src/errors/codes.js';
import { BadRequestError, NotFoundError } from '../../../../src/errors/errors.js';
import type { TargetRequest } from '../../../../src/contract/target.js';
import { catchError } from '../../../support/catch-error.js';

const MODEL = 'owner/some-model';
const TEXT = 'SECRET-TEXT';

/** Checks what a caller without types may send. */
function check(request: unknown): TargetRequest {
  return checkParams(request as EmbeddingCreateParams, only(MODEL));
}

/** A client of one model and no provider. */
function only(model: string): AnsweredModels {
  return { own: model, isLocal: true, remote: [] };
}

describe('checkParams accepts', () => {
  test.each<[what: string, input: unknown, inputs: unknown[]]>([
    ['a text', 'a', ['a']],
    ['a text of white space', ' ', [' ']],
    ['texts, in order', ['b', 'a', 'b'], ['b', 'a', 'b']],
    ['one text as token ids', [0, 7, 7], [[0, 7, 7]]],
    ['several texts as token ids', [[1], [2, 3]], [[1], [2, 3]]],
    ['2,048 texts', new Array(2048).fill('a'), new Array(2048).fill('a')],
    ['one text of more than 2,048 token ids', new Array(2049).fill(1), [new Array(2049).fill(1)]],
  ])('%s', (_what, input, inputs) => {
    expect(check({ input })).toEqual({ inputs, truncate: 'end' });
  });

  test.each(TASKS)('the task %s', (task) => {
    expect(check({ input: 'a', task })).toEqual({ inputs: ['a'], truncate: 'end', task });
  });

  test.each(TRUNCATES)('truncate: %s', (truncate) => {
    expect(check({ input: 'a', truncate })).toEqual({ inputs: ['a'], truncate });
  });

  test.each(ENCODING_FORMATS)('encoding_format: %s', (encoding_format) => {
    expect(check({ input: 'a', encoding_format }).inputs).toEqual(['a']);
  });

  test("the client's own model, and a user", () => {
    expect(check({ input: 'a', model: MODEL, user: 'someone' })).toEqual({ inputs: ['a'], truncate: 'end' });
  });

  test.each([
    ['onnx-community/embeddinggemma-300m-ONNX', 768],
    ['onnx-community/embeddinggemma-300m-ONNX', 128],
    ['onnx-community/Qwen3-Embedding-0.6B-ONNX', 1024],
    ['onnx-community/Qwen3-Embedding-0.6B-ONNX', 100],
    ['onnx-community/Qwen3-Embedding-0.6B-ONNX', 32],
  ])('for %s a width it offers: %i', (model, dimensions) => {
    expect(checkParams({ input: 'a', dimensions }, only(model))).toEqual({
      inputs: ['a'],
      truncate: 'end',
      dimensions,
    });
  });

  test.each([
    ['universal-sentence-encoder-lite', 512],
    ['Xenova/all-MiniLM-L6-v2', 384],
  ])("for %s, which isn't a Matryoshka model, its own width: %i", (model, dimensions) => {
    expect(checkParams({ input: 'a', dimensions }, only(model))).toMatchObject({ dimensions });
  });

  test('any width of a model that only the device or a provider knows', () => {
    expect(check({ input: 'a', dimensions: 5 })).toMatchObject({ dimensions: 5 });
    const remote = { own: 'Xenova/all-MiniLM-L6-v2', isLocal: false, remote: ['text-embedding-3-small'] };
    expect(checkParams({ input: 'a', dimensions: 5 }, remote)).toMatchObject({ dimensions: 5 });
  });

  test('a width of the model that it is said to be the same as', () => {
    const models = { ...only('team/files'), sameAs: 'nomic-ai/nomic-embed-text-v1.5' };
    expect(checkParams({ input: 'a', dimensions: 64 }, models)).toMatchObject({ dimensions: 64 });
    expect(catchError(() => checkParams({ input: 'a', dimensions: 63 }, models))).toMatchObject({
      param: 'dimensions',
    });
  });

  test('parameters that are undefined, known or not', () => {
    const absent = { model: undefined, encoding_format: undefined, dimensions: undefined, task: undefined };
    const request = { input: 'a', ...absent, truncate: undefined, user: undefined, colour: undefined };
    expect(check(request)).toEqual({ inputs: ['a'], truncate: 'end' });
  });
});

type BadRequest = [what: string, request: unknown, code: ErrorCode];

const BAD_INPUTS: BadRequest[] = [
  ['no input', {}, 'missing_required_parameter'],
  ['an undefined input', { input: undefined }, 'missing_required_parameter'],
  ['an empty text', { input: '' }, 'empty_string'],
  ['an empty text before others', { input: ['', TEXT] }, 'empty_string'],
  ['an empty text after others', { input: [TEXT, ''] }, 'empty_string'],
  ['no texts', { input: [] }, 'empty_array'],
  ['an empty token array', { input: [[]] }, 'empty_array'],
  ['an empty token array after others', { input: [[1], []] }, 'empty_array'],
  ['a number', { input: 5 }, 'invalid_type'],
  ['null', { input: null }, 'invalid_type'],
  ['an object', { input: { text: TEXT } }, 'invalid_type'],
  ['a boolean', { input: true }, 'invalid_type'],
  ['a typed array', { input: new Uint32Array([1]) }, 'invalid_type'],
  ['an array of null', { input: [null] }, 'invalid_type'],
  ['an array of objects', { input: [{ text: TEXT }] }, 'invalid_type'],
  ['an array of booleans', { input: [true] }, 'invalid_type'],
  ['an array of undefined', { input: [undefined] }, 'invalid_type'],
  ['a token among texts', { input: [TEXT, 5] }, 'invalid_type'],
  ['a token array among texts', { input: [TEXT, [5]] }, 'invalid_type'],
  ['a text among tokens', { input: [5, TEXT] }, 'invalid_type'],
  ['a text among token arrays', { input: [[5], TEXT] }, 'invalid_type'],
  ['a token among token arrays', { input: [[5], 5] }, 'invalid_type'],
  ['a text inside a token array', { input: [[5, TEXT]] }, 'invalid_type'],
  ['null inside a token array', { input: [[5, null]] }, 'invalid_type'],
  ['a text in nested arrays', { input: [[TEXT]] }, 'invalid_type'],
  ['token arrays in arrays of arrays', { input: [[[5]]] }, 'invalid_type'],
  ['a negative token', { input: [1, -1] }, 'integer_below_min_value'],
  ['a negative token in a token array', { input: [[1], [-1]] }, 'integer_below_min_value'],
  ['a fractional token', { input: [1.5] }, 'invalid_type'],
  ['a fractional token in a token array', { input: [[1, 1.5]] }, 'invalid_type'],
  ['a token that is not a number', { input: [Number.NaN] }, 'invalid_type'],
  ['an infinite token', { input: [[Infinity]] }, 'invalid_type'],
  ['2,049 texts', { input: new Array(2049).fill(TEXT) }, 'array_above_max_length'],
  ['2,049 token arrays', { input: new Array(2049).fill([1]) }, 'array_above_max_length'],
];

/** Each has one fault besides its input, which is named by the key. */
const BAD_PARAMETERS: [param: string, value: unknown, code: ErrorCode][] = [
  ['encoding_format', 'uint8', 'invalid_value'],
  ['encoding_format', '', 'invalid_value'],
  ['encoding_format', 1, 'invalid_type'],
  ['encoding_format', null, 'invalid_type'],
  ['task', 'retrieval', 'invalid_value'],
  ['task', ['query'], 'invalid_type'],
  ['task', null, 'invalid_type'],
  ['truncate', 'middle', 'invalid_value'],
  ['truncate', true, 'invalid_type'],
  ['truncate', null, 'invalid_type'],
  ['user', 5, 'invalid_type'],
  ['user', null, 'invalid_type'],
  ['model', 5, 'invalid_type'],
  ['model', null, 'invalid_type'],
  ['dimensions', 0, 'integer_below_min_value'],
  ['dimensions', -1, 'integer_below_min_value'],
  ['dimensions', 1.5, 'invalid_type'],
  ['dimensions', '256', 'invalid_type'],
  ['dimensions', null, 'invalid_type'],
  ['colour', 'red', 'unknown_parameter'],
  ['inputs', 'red', 'unknown_parameter'],
  ['encodingFormat', 'float', 'unknown_parameter'],
  ['colour', null, 'unknown_parameter'],
];

describe('checkParams refuses', () => {
  test.each(BAD_INPUTS)('%s as input', (_what, request, code) => {
    const error = catchError(() => check(request));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ name: 'BadRequestError', code, param: 'input', status: 400 });
  });

  test.each(BAD_PARAMETERS)('%s: %j', (param, value, code) => {
    const error = catchError(() => check({ input: TEXT, [param]: value }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ name: 'BadRequestError', code, param, status: 400 });
    expect(error).toMatchObject({ type: 'invalid_request_error', retryable: false, canFallBack: false });
  });

  test.each([
    ['onnx-community/embeddinggemma-300m-ONNX', 100, '768, 512, 256, 128'],
    ['onnx-community/embeddinggemma-300m-ONNX', 769, '768, 512, 256, 128'],
    ['onnx-community/Qwen3-Embedding-0.6B-ONNX', 31, '32 to 1024'],
    ['onnx-community/Qwen3-Embedding-0.6B-ONNX', 1025, '32 to 1024'],
  ])("for %s a width it doesn't offer: %i, naming those it does", (model, dimensions, offered) => {
    const error = catchError(() => checkParams({ input: TEXT, dimensions }, only(model)));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_value', param: 'dimensions', status: 400 });
    expect((error as Error).message).toContain(`to be ${offered}, but`);
    expect((error as Error).message).toContain(`got ${String(dimensions)}.`);
  });

  test.each(['universal-sentence-encoder-lite', 'Xenova/all-MiniLM-L6-v2'])(
    "dimensions for %s, which isn't a Matryoshka model",
    (model) => {
      const error = catchError(() => checkParams({ input: TEXT, dimensions: 128 }, only(model)));
      expect(error).toMatchObject({ name: 'BadRequestError', code: 'unsupported_parameter', param: 'dimensions' });
    },
  );

  test.each([0, 1.5, '256'])('dimensions of %j for a Matryoshka model', (dimensions) => {
    const model = 'onnx-community/embeddinggemma-300m-ONNX';
    const error = catchError(() => checkParams({ input: TEXT, dimensions } as EmbeddingCreateParams, only(model)));
    expect(error).toMatchObject({
      code: dimensions === 0 ? 'integer_below_min_value' : 'invalid_type',
      param: 'dimensions',
    });
  });

  test('any call of a client that is the same as a model nobody knows', () => {
    const error = catchError(() => checkParams({ input: TEXT }, { ...only('team/files'), sameAs: 'team/other' }));
    expect(error).toMatchObject({ name: 'BadRequestError', code: 'invalid_value', param: 'sameAs' });
  });

  test("a model that isn't the client's, as not found", () => {
    const error = catchError(() => check({ input: TEXT, model: 'owner/other' }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ name: 'NotFoundError', code: 'model_not_found', param: 'model', status: 404 });
  });

  test.each<[what: string, request: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', TEXT],
    ['an array', [TEXT]],
  ])('%s in place of the request', (_what, request) => {
    const error = catchError(() => check(request));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_type', param: undefined, status: 400 });
  });

  test('an array with holes', () => {
    const input: unknown[] = ['a'];
    input[2] = 'b';
    expect(() => check({ input })).toThrow(BadRequestError);
  });
});

describe('a refusal says', () => {
  test.each<[request: unknown, message: string]>([
    [{ input: ['a', ''] }, "'input[1]'"],
    [{ input: [[1], [2, -3]] }, "'input[1][1]', but got -3"],
    [{ input: [1, 'a'] }, "'input[1]', but got a string"],
    [{ input: ['a', null] }, "'input[1]', but got null"],
    [{ input: new Array(2049).fill('a') }, "at most 2048 items in 'input', but got 2049"],
    [{ input: 'a', encoding_format: 'uint8' }, "to be 'float', 'base64', 'int8', 'binary', but got 'uint8'"],
    [{ input: 'a', colour: 'red' }, "Unknown parameter: 'colour'. Known are input, model"],
    [{ input: 'a', model: 'other' }, `answers for '${MODEL}', but 'other' was asked for`],
  ])('where the fault of %j is', (request, message) => {
    expect(() => check(request)).toThrow(message);
  });

  test.each(BAD_INPUTS)('nothing of the text, given %s', (_what, request) => {
    expect(String(catchError(() => check(request)))).not.toContain(TEXT);
  });

  test.each(BAD_PARAMETERS)('nothing of the text, given %s: %j', (param, value) => {
    for (const input of [TEXT, [TEXT, TEXT]]) {
      expect(String(catchError(() => check({ input, [param]: value })))).not.toContain(TEXT);
    }
  });

  test.each([TEXT, [TEXT]])('nothing of the text, given %j in place of the request', (request) => {
    expect(String(catchError(() => check(request)))).not.toContain(TEXT);
  });
});
