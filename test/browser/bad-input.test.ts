/** Bad input is refused before any work starts; what only the model can tell, after loading. */
import { BadRequestError, EmbeddingClient, NotFoundError, type EmbeddingCreateParams } from 'inpage-embeddings';
import { describe, expect, test } from 'vitest';
import { catchRejection, startClient } from '../support/client.js';

const SECRET = 'my secret diary';

describe('a bad request', () => {
  test.each([
    ['no input', {}, 'input', 'missing_required_parameter'],
    ['an empty string', { input: '' }, 'input', 'empty_string'],
    ['an empty string among others', { input: [SECRET, ''] }, 'input', 'empty_string'],
    ['an empty array', { input: [] }, 'input', 'empty_array'],
    ['an empty token array', { input: [[]] }, 'input', 'empty_array'],
    ['a number', { input: 7 }, 'input', 'invalid_type'],
    ['mixed types', { input: [SECRET, 7] }, 'input', 'invalid_type'],
    ['a negative token', { input: [-1] }, 'input', 'integer_below_min_value'],
    ['a fractional token', { input: [[1.5]] }, 'input', 'invalid_type'],
    ['2,049 inputs', { input: Array.from({ length: 2049 }, () => 'a') }, 'input', 'array_above_max_length'],
    ['dimensions', { input: SECRET, dimensions: 256 }, 'dimensions', 'unsupported_parameter'],
    ['an unknown parameter', { input: SECRET, dimension: 256 }, 'dimension', 'unknown_parameter'],
    ['an unknown format', { input: SECRET, encoding_format: 'hex' }, 'encoding_format', 'invalid_value'],
    ['an unknown task', { input: SECRET, task: 'cooking' }, 'task', 'invalid_value'],
    ['an unknown truncate', { input: SECRET, truncate: 'middle' }, 'truncate', 'invalid_value'],
  ])('with %s is refused by name', async (_name, params, param, code) => {
    const error = await catchRejection(startClient().embeddings.create(params as EmbeddingCreateParams));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ name: 'BadRequestError', status: 400, type: 'invalid_request_error', param, code });
    expect((error as Error).message).not.toContain(SECRET);
  });

  test('for another model is answered with not found', async () => {
    const error = await catchRejection(
      startClient().embeddings.create({ input: 'a', model: 'text-embedding-3-small' }),
    );
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ status: 404, param: 'model', code: 'model_not_found' });
  });

  test('with a token outside of the vocabulary is refused, and the next call works', async () => {
    const client = startClient();
    const error = await catchRejection(client.embeddings.create({ input: [5, 8002] }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, param: 'input', code: 'integer_above_max_value' });
    expect((await client.embeddings.create({ input: [5, 7999] })).data).toHaveLength(1);
  });
});

describe('a bad option', () => {
  test.each([
    [{ modle: 'a' }, 'modle', 'unknown_parameter'],
    [{ model: '../secrets' }, 'model', 'invalid_value'],
    [{ dtype: 'fp8' }, 'dtype', 'invalid_value'],
    [{ dtype: 'fp32' }, 'dtype', 'invalid_value'],
    [{ device: 'tpu' }, 'device', 'invalid_value'],
    [{ maxTokens: 0 }, 'maxTokens', 'integer_below_min_value'],
    [{ hub: 'ftp://example.org' }, 'hub', 'invalid_value'],
  ])('%o is refused by name', (options, param, code) => {
    expect(() => new EmbeddingClient(options as never)).toThrow(expect.objectContaining({ param, code, status: 400 }));
  });

  test('maxTokens over what the model was built for is refused once that is known', async () => {
    const client = startClient({ maxTokens: 4096 });
    await expect(client.embeddings.create({ input: 'a' })).rejects.toMatchObject({
      param: 'maxTokens',
      code: 'integer_above_max_value',
    });
  });
});
