/** What goes wrong, as apps of the AI SDK expect to be told. */
import { APICallError, InvalidArgumentError, TooManyEmbeddingValuesForCallError } from '@ai-sdk/provider';
import { embed, embedMany, RetryError } from 'ai';
import { isEmbeddingError } from 'inpage-embeddings';
import { createEmbeddingModel } from 'inpage-embeddings/ai-sdk';
import { expect, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';

test('a request that cannot be answered is an APICallError that nobody tries again', async () => {
  const client = startClient();
  const create = vi.spyOn(client.embeddings, 'create');
  const error = await catchRejection(embed({ model: createEmbeddingModel(client), value: 'secret', dimensions: 64 }));
  expect(create).toHaveBeenCalledOnce();
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({
    statusCode: 400,
    isRetryable: false,
    data: { code: 'unsupported_parameter', param: 'dimensions' },
  });
  expect(error instanceof Error && isEmbeddingError(error.cause, 'unsupported_parameter')).toBe(true);
  expect(JSON.stringify(error)).not.toContain('secret');
});

test('truncate: error refuses a text that is too long', async () => {
  const model = createEmbeddingModel(startClient(), { truncate: 'error' });
  const error = await catchRejection(embedMany({ model, values: ['a', 'word '.repeat(200)] }));
  expect(error).toMatchObject({ data: { code: 'context_length_exceeded' }, isRetryable: false });
});

test('a file that cannot be fetched is tried again as often as maxRetries says', async () => {
  const client = startClient({ device: 'wasm', assetsUrl: '/nowhere/' });
  const create = vi.spyOn(client.embeddings, 'create');
  const error = await catchRejection(embed({ model: createEmbeddingModel(client), value: 'secret', maxRetries: 1 }));
  expect(create).toHaveBeenCalledTimes(2);
  expect(RetryError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ lastError: { isRetryable: true, data: { code: 'worker_script_failed' } } });
  expect(JSON.stringify(error)).not.toContain('secret');
});

test('a call that took too long is told as such, and once', async () => {
  const model = createEmbeddingModel(startClient(), { timeoutMs: 0 });
  const error = await catchRejection(embed({ model, value: 'a' }));
  expect(error).toMatchObject({ statusCode: 408, isRetryable: false, data: { code: 'timeout' } });
});

test('more than 2,048 values in one call of doEmbed() are refused, without their texts', async () => {
  const model = createEmbeddingModel(startClient());
  const values = Array.from({ length: 2049 }, () => 'secret');
  const error = await catchRejection(Promise.resolve(model.doEmbed({ values })));
  expect(TooManyEmbeddingValuesForCallError.isInstance(error)).toBe(true);
  expect(error).toHaveProperty('message', expect.stringContaining('2049'));
  expect(JSON.stringify(error)).not.toContain('secret');
});

test.each([
  [{ task: 'poetry' }, 'task'],
  [{ truncate: 1 }, 'truncate'],
  [{ constructor: 'end' }, 'constructor'],
])('refuses the provider options %j by name', async (inpageEmbeddings, name) => {
  const model = createEmbeddingModel(startClient());
  const error = await catchRejection(embed({ model, value: 'a', providerOptions: { inpageEmbeddings } }));
  expect(InvalidArgumentError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ argument: `providerOptions.inpageEmbeddings.${name}` });
});

test('leaves the options of other providers alone', async () => {
  const model = createEmbeddingModel(startClient());
  const { embedding } = await embed({ model, value: 'a', providerOptions: { openai: { user: 'x' } } });
  expect(embedding).toHaveLength(512);
});
