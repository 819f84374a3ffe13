import { describe, expect, test } from 'vitest';
import { findModelUse } from '../../../src/models/model-use.js';
import { BadRequestError } from '../../../src/errors/errors.js';
import { BUNDLED_MODEL } from '../../../src/models/bundled-model.js';
import { findClientModel, findKnownModel } from '../../../src/models/registry.js';
import { catchError } from '../../support/catch-error.js';

describe('findModelUse', () => {
  test.each(['', 'toString', 'owner/model'])('says nothing of "%s"', (name) => {
    expect(findModelUse(name)).toBeUndefined();
  });
});

describe('findKnownModel', () => {
  test('knows the bundled model', () => {
    expect(findKnownModel(BUNDLED_MODEL)).toMatchObject({
      canonicalName: 'universal-sentence-encoder-lite',
    });
  });

  test.each([
    'sentence-transformers/all-MiniLM-L6-v2',
    'Xenova/all-MiniLM-L6-v2',
    'onnx-community/all-MiniLM-L6-v2-ONNX',
    'all-MiniLM-L6-v2',
  ])('knows %s as one and the same model, whose limit is 256 tokens', (id) => {
    expect(findKnownModel(id)).toMatchObject({
      canonicalName: 'all-MiniLM-L6-v2',
    });
    expect(findModelUse('all-MiniLM-L6-v2')).toEqual({ pooling: 'mean', normalize: true, maxTokens: 256 });
  });

  test.each([
    ['BAAI/bge-small-en-v1.5', 'Xenova/bge-small-en-v1.5', 'bge-small-en-v1.5'],
    ['sentence-transformers/all-mpnet-base-v2', 'Xenova/all-mpnet-base-v2', 'all-mpnet-base-v2'],
    ['BAAI/bge-m3', 'Xenova/bge-m3', 'bge-m3'],
    ['intfloat/multilingual-e5-large', 'Xenova/multilingual-e5-large', 'multilingual-e5-large'],
    ['thenlper/gte-large', 'Xenova/gte-large', 'gte-large'],
    ['google/embeddinggemma-300m', 'onnx-community/embeddinggemma-300m-ONNX', 'embeddinggemma-300m'],
    ['Qwen/Qwen3-Embedding-0.6B', 'onnx-community/Qwen3-Embedding-0.6B-ONNX', 'Qwen3-Embedding-0.6B'],
  ])('knows %s and its export %s as the same model, %s', (original, exported, canonicalName) => {
    expect(findKnownModel(original)).toMatchObject({ canonicalName });
    expect(findKnownModel(exported)).toEqual(findKnownModel(original));
  });

  test.each([
    '',
    'owner/all-MiniLM-L6-v2',
    'all-minilm-l6-v2',
    'all-MiniLM-L6',
    'toString',
    'Xenova/nomic-embed-text-v1.5',
  ])('knows nothing of "%s"', (id) => {
    expect(findKnownModel(id)).toBeUndefined();
  });
});

describe('findClientModel', () => {
  test('knows a model by its id, or by that of the one it is the same as', () => {
    const bge = findKnownModel('BAAI/bge-small-en-v1.5');
    expect(findClientModel('Xenova/bge-small-en-v1.5', undefined)).toEqual(bge);
    expect(findClientModel('team/files', 'BAAI/bge-small-en-v1.5')).toEqual(bge);
    expect(findClientModel('team/files', undefined)).toBeUndefined();
  });

  test('refuses a sameAs that nothing is known of, by name', () => {
    const error = catchError(() => findClientModel('team/files', 'team/other'));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_value', param: 'sameAs' });
    expect(String(error)).toContain("'team/other'");
  });
});
