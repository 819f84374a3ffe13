import { describe, expect, test } from 'vitest';
import {
  APIConnectionTimeoutError,
  BadRequestError,
  EmbeddingError,
  ModelLoadError,
  NotFoundError,
  RateLimitError,
  WorkerDiedError,
  isEmbeddingError,
} from '../../../src/errors/errors.js';
import { fromErrorRecord, toErrorRecord } from '../../../src/ports/error-record.js';

/** What arrives on the other side of a worker's boundary. */
function cross(error: unknown): EmbeddingError {
  return fromErrorRecord(structuredClone(toErrorRecord(error)));
}

const ERRORS: [name: string, ErrorClass: typeof EmbeddingError, error: EmbeddingError][] = [
  ['EmbeddingError', EmbeddingError, new EmbeddingError('invalid_vector', 'NaN came.')],
  ['BadRequestError', BadRequestError, new BadRequestError('empty_string', 'Empty.', { param: 'input', index: 2 })],
  ['NotFoundError', NotFoundError, new NotFoundError('model_not_found', 'None.', { param: 'model' })],
  ['RateLimitError', RateLimitError, new RateLimitError('queue_full', 'Full.')],
  ['APIConnectionTimeoutError', APIConnectionTimeoutError, new APIConnectionTimeoutError('timeout', 'Late.')],
  ['ModelLoadError', ModelLoadError, new ModelLoadError('model_file_damaged', 'Bad.', { url: 'http://hub/file' })],
  ['WorkerDiedError', WorkerDiedError, new WorkerDiedError('worker_died', 'Gone.')],
];

describe('an error record', () => {
  test.each(ERRORS)('keeps the class and every field of %s', (name, ErrorClass, error) => {
    const copy = cross(error);
    expect(copy).toBeInstanceOf(ErrorClass);
    expect(Object.getPrototypeOf(copy)).toBe(ErrorClass.prototype);
    expect(copy.name).toBe(name);
    for (const field of ['code', 'status', 'type', 'param', 'index', 'url', 'message', 'stack'] as const) {
      expect(copy[field]).toBe(error[field]);
    }
    expect([copy.retryable, copy.canFallBack]).toEqual([error.retryable, error.canFallBack]);
    expect(isEmbeddingError(copy, error.code)).toBe(true);
  });

  test('keeps causes two deep', () => {
    const third = new Error('third');
    const second = new Error('second', { cause: third });
    const first = new ModelLoadError('model_file_damaged', 'first', { url: 'http://hub/file', cause: second });
    const copy = cross(new EmbeddingError('internal', 'top', { cause: first }));
    expect(copy.cause).toBeInstanceOf(ModelLoadError);
    expect(copy.cause).toMatchObject({ code: 'model_file_damaged', message: 'first', url: 'http://hub/file' });
    expect((copy.cause as Error).cause).toMatchObject({ message: 'second' });
    expect(((copy.cause as Error).cause as Error).cause).toBeUndefined();
  });

  test('comes to an end when an error is its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(cross(error)).toMatchObject({ message: 'loop', cause: { message: 'loop', cause: { message: 'loop' } } });
  });

  test.each<[what: string, error: Error]>([
    ['an Error', new Error('broken')],
    ['a TypeError', new TypeError('broken')],
    ['a DOMException', new DOMException('broken', 'DataCloneError')],
    ['an AggregateError', new AggregateError([new Error('inner')], 'broken')],
  ])('makes %s code internal and keeps its text', (_what, error) => {
    const copy = cross(error);
    expect(copy).toBeInstanceOf(EmbeddingError);
    expect(copy).toMatchObject({ name: 'EmbeddingError', code: 'internal', status: 500, message: 'broken' });
    expect(copy.stack).toBe(error.stack);
  });

  test.each<[what: string, thrown: unknown, message: string]>([
    ['a text', 'broken', 'broken'],
    ['a number, as ONNX Runtime throws', 5358968, '5358968'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('broken'), 'Symbol(broken)'],
    ['an object', { toString: () => 'broken' }, 'broken'],
  ])('keeps the text of %s', (_what, thrown, message) => {
    expect(cross(thrown)).toMatchObject({ name: 'EmbeddingError', code: 'internal', message });
  });

  test('keeps a cause that is not an Error', () => {
    expect(cross(new EmbeddingError('internal', 'top', { cause: 17 })).cause).toMatchObject({ message: '17' });
  });

  test('has no fields that the error lacks', () => {
    const record = toErrorRecord(new EmbeddingError('internal', 'broken'));
    expect(Object.keys(record).sort()).toEqual(['code', 'message', 'name', 'stack']);
  });

  test("takes nothing but the text of a foreign error's fields", () => {
    const error = Object.assign(new Error('broken'), { code: 'ENOENT', param: 'x', url: 'y', secret: 'z' });
    expect(Object.keys(toErrorRecord(error)).sort()).toEqual(['message', 'name', 'stack']);
  });

  test('can be made of an object without a prototype, which String() refuses', () => {
    expect(() => toErrorRecord(Object.create(null))).not.toThrow();
  });
});
