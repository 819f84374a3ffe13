import { afterEach, describe, expect, test, vi } from 'vitest';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/errors/codes.js';
import * as errors from '../../../src/errors/errors.js';
import { EmbeddingError, isEmbeddingError } from '../../../src/errors/errors.js';

const CODES = Object.keys(ERROR_TRAITS) as ErrorCode[];

const CLASSES: [name: string, ErrorClass: typeof EmbeddingError][] = [
  ['EmbeddingError', EmbeddingError],
  ['BadRequestError', errors.BadRequestError],
  ['NotFoundError', errors.NotFoundError],
  ['RateLimitError', errors.RateLimitError],
  ['APIConnectionTimeoutError', errors.APIConnectionTimeoutError],
  ['ModelLoadError', errors.ModelLoadError],
  ['WorkerDiedError', errors.WorkerDiedError],
];

/** The classes as a second copy of the library in the same page has them. */
async function importCopy(): Promise<typeof errors> {
  vi.resetModules();
  return import('../../../src/errors/errors.js');
}

afterEach(() => {
  vi.resetModules();
});

describe.each(CLASSES)('%s', (name, ErrorClass) => {
  test('has a name that a minifier leaves alone', () => {
    const Renamed = class extends ErrorClass {};
    expect(new ErrorClass('internal', 'broken').name).toBe(name);
    expect(new Renamed('internal', 'broken').name).toBe(name);
  });

  test('is an Error and an EmbeddingError with its message', () => {
    const error = new ErrorClass('internal', 'broken');
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(EmbeddingError);
    expect(String(error)).toBe(`${name}: broken`);
  });
});

describe('EmbeddingError', () => {
  test.each(CODES)('has the traits of code %s', (code) => {
    const { status, type, retryable, canFallBack } = ERROR_TRAITS[code];
    expect(new EmbeddingError(code, 'broken')).toMatchObject({ code, type, retryable, canFallBack });
    expect(new EmbeddingError(code, 'broken').status).toBe(status);
  });

  test('carries param, url and cause', () => {
    const cause = new Error('why');
    const error = new EmbeddingError('internal', 'broken', { param: 'input', url: 'http://hub/file', cause });
    expect([error.param, error.url, error.cause]).toEqual(['input', 'http://hub/file', cause]);
  });

  test('has no cause of its own when none is given', () => {
    expect('cause' in new EmbeddingError('internal', 'broken')).toBe(false);
  });

  test("doesn't show its brand when listed", () => {
    const error = new EmbeddingError('internal', 'broken');
    const brand = Object.getOwnPropertySymbols(error);
    expect(brand).toEqual([Symbol.for('inpage-embeddings.error')]);
    expect(brand.filter((symbol) => Object.prototype.propertyIsEnumerable.call(error, symbol))).toEqual([]);
  });
});

describe('AllTargetsFailedError', () => {
  const attempts = [
    { target: 'local/webgpu/fp16', error: new EmbeddingError('device_lost', 'The GPU is gone.') },
    { target: 'local/wasm', error: new errors.ModelLoadError('model_file_missing', 'No file.', { param: 'model' }) },
  ];

  test('has what every target said, in order', () => {
    const error = new errors.AllTargetsFailedError(attempts);
    expect(error).toMatchObject({ name: 'AllTargetsFailedError', code: 'all_targets_failed', attempts });
    expect(error.message).toBe('No target could answer. local/webgpu/fp16: The GPU is gone. local/wasm: No file.');
  });

  test("has the last one's error as its cause", () => {
    expect(new errors.AllTargetsFailedError(attempts).cause).toBe(attempts[1]?.error);
  });

  test('is known as an error of this library that no other target cures', () => {
    const error = new errors.AllTargetsFailedError(attempts);
    expect(error).toBeInstanceOf(EmbeddingError);
    expect(isEmbeddingError(error, 'all_targets_failed')).toBe(true);
    expect([error.retryable, error.canFallBack]).toEqual([true, false]);
  });
});

describe('SpaceMismatchError', () => {
  test('names both spaces, and is nothing that time or another target cures', () => {
    const error = new errors.SpaceMismatchError('space-one', 'space-two');
    expect(error).toBeInstanceOf(EmbeddingError);
    expect(error).toMatchObject({ name: 'SpaceMismatchError', code: 'space_mismatch', status: 409 });
    expect([error.expected, error.actual]).toEqual(['space-one', 'space-two']);
    expect(error.message).toContain("'space-one', but these are of 'space-two'");
    expect([error.retryable, error.canFallBack]).toEqual([false, false]);
  });
});

describe('isEmbeddingError', () => {
  test.each(CLASSES)('knows %s', (_name, ErrorClass) => {
    expect(isEmbeddingError(new ErrorClass('internal', 'broken'))).toBe(true);
  });

  test('compares the code when one is given', () => {
    const error = new EmbeddingError('timeout', 'late');
    expect(isEmbeddingError(error, 'timeout')).toBe(true);
    expect(isEmbeddingError(error, 'internal')).toBe(false);
  });

  test.each<[what: string, value: unknown]>([
    ['an Error', new Error('broken')],
    ['an Error with a code', Object.assign(new Error('broken'), { code: 'timeout' })],
    ['an object that looks like one', { name: 'EmbeddingError', code: 'timeout' }],
    ['a text', 'EmbeddingError'],
    ['null', null],
    ['undefined', undefined],
  ])("isn't fooled by %s", (_what, value) => {
    expect(isEmbeddingError(value)).toBe(false);
    expect(isEmbeddingError(value, 'timeout')).toBe(false);
  });

  test('knows errors of another copy of the library, both ways', async () => {
    const copy = await importCopy();
    const theirs = new copy.BadRequestError('empty_string', 'broken');
    expect(theirs).not.toBeInstanceOf(EmbeddingError);
    expect(isEmbeddingError(theirs, 'empty_string')).toBe(true);
    expect(copy.isEmbeddingError(new EmbeddingError('timeout', 'late'), 'timeout')).toBe(true);
    expect(isEmbeddingError(theirs, 'timeout')).toBe(false);
  });
});
