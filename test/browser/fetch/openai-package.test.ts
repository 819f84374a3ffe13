/** The openai package as its users have it, with this client in place of a server. */
import { createFetch, type FetchOptions } from 'inpage-embeddings/fetch';
import OpenAI, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  BadRequestError,
  NotFoundError,
} from 'openai';
import { expect, inject, test } from 'vitest';
import { cosine, readReferences, catchRejection, startClient } from '../../support/client.js';
import { watchRequests } from '../../support/watch-requests.js';

const MODEL = 'universal-sentence-encoder-lite';
const HOST = 'inpage.invalid';

function start(
  options?: FetchOptions,
  clientOptions?: Parameters<typeof startClient>[0],
): { openai: OpenAI; client: ReturnType<typeof startClient> } {
  const client = startClient(clientOptions);
  const openai = new OpenAI({
    apiKey: 'unused',
    baseURL: `https://${HOST}/v1`,
    fetch: createFetch(client, options),
    dangerouslyAllowBrowser: true,
  });
  return { client, openai };
}

test('a text gets the numbers that create() gives, by way of base64, which the package asks for', async () => {
  const { client, openai } = start();
  const { data: expected } = await client.embeddings.create({ input: 'Hello world' });
  const response = await openai.embeddings.create({ model: MODEL, input: 'Hello world' });
  expect(response).toMatchObject({ object: 'list', model: MODEL, usage: { prompt_tokens: 3, total_tokens: 3 } });
  expect(Array.from(response.data[0]?.embedding ?? [])).toEqual(expected[0]?.embedding);
});

test('many texts get the vectors of the reference, in order', async () => {
  const { openai } = start();
  const references = readReferences();
  const { data } = await openai.embeddings.create({ model: MODEL, input: references.map(({ text }) => text) });
  expect(data.map(({ index }) => index)).toEqual(references.map((_, index) => index));
  for (const [index, { vector }] of references.entries()) {
    expect(cosine(data[index]?.embedding ?? [], vector)).toBeGreaterThan(0.997);
  }
});

test('floats are the same numbers', async () => {
  const { openai } = start();
  const request = { model: MODEL, input: ['one', 'two'] };
  const floats = await openai.embeddings.create({ ...request, encoding_format: 'float' });
  const decoded = await openai.embeddings.create(request);
  const encoded = await openai.embeddings.create({ ...request, encoding_format: 'base64' });
  expect(floats.data.map(({ embedding }) => embedding)).toEqual(
    decoded.data.map(({ embedding }) => Array.from(embedding)),
  );
  expect(encoded.data[0]?.embedding).toBeTypeOf('string');
});

test('token arrays get the vectors of their texts', async () => {
  const { openai } = start();
  const references = readReferences().slice(0, 4);
  const ids = references.map((reference) => [...reference.ids]);
  const { data } = await openai.embeddings.create({ model: MODEL, input: ids });
  const { data: one } = await openai.embeddings.create({ model: MODEL, input: ids[0] ?? [] });
  expect(one).toHaveLength(1);
  expect(one[0]?.embedding).toEqual(data[0]?.embedding);
  for (const [index, { vector }] of references.entries()) {
    expect(cosine(data[index]?.embedding ?? [], vector)).toBeGreaterThan(0.997);
  }
});

test('dimensions cuts the vectors of a Matryoshka model, and is refused for another', async () => {
  const model = 'nomic-ai/nomic-embed-text-v1.5';
  const { openai } = start({}, { model, hub: inject('hubUrl') });
  const { data } = await openai.embeddings.create({ model, input: 'one two', dimensions: 64 });
  expect(data[0]?.embedding).toHaveLength(64);
  expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 5);
  const error = await catchRejection(
    start().openai.embeddings.create({ model: MODEL, input: 'one two', dimensions: 64 }),
  );
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error).toMatchObject({ status: 400, code: 'unsupported_parameter', param: 'dimensions' });
});

test('models are listed and retrieved, with slashes in their names as well', async () => {
  const { openai } = start();
  const { data } = await openai.models.list();
  expect(data).toMatchObject([{ id: MODEL, object: 'model', capabilities: ['embed'], stats: { queue_absolute: 0 } }]);
  expect(await openai.models.retrieve(MODEL)).toMatchObject({ id: MODEL });
  const named = start({}, { model: 'tests/mean', hub: inject('hubUrl') });
  expect(await named.openai.models.retrieve('tests/mean')).toMatchObject({ id: 'tests/mean' });
  expect(await catchRejection(openai.models.retrieve('gpt-5'))).toBeInstanceOf(NotFoundError);
});

test('another model is not found, unless it is named as an alias', async () => {
  const request = { model: 'text-embedding-3-small', input: 'Hello world' };
  const error = await catchRejection(start().openai.embeddings.create(request));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model', type: 'invalid_request_error' });
  expect((error as Error).message).toContain('modelAliases');
  const { openai } = start({ modelAliases: ['text-embedding-3-small'] });
  expect(await openai.embeddings.create(request)).toMatchObject({ model: MODEL });
  expect(await openai.models.retrieve('text-embedding-3-small')).toMatchObject({ id: MODEL });
});

test('what is wrong with a request is a typed error with its field', async () => {
  const { openai } = start();
  const cases: [object, object][] = [
    [{ input: '' }, { code: 'empty_string', param: 'input' }],
    [{ input: [] }, { code: 'empty_array', param: 'input' }],
    [{}, { code: 'missing_required_parameter', param: 'input' }],
    [
      { input: 'a', encoding_format: 'hex' },
      { code: 'invalid_value', param: 'encoding_format' },
    ],
    [
      { input: 'a', stream: true },
      { code: 'unsupported_parameter', param: 'stream' },
    ],
    [
      { input: 'a', temperature: 1 },
      { code: 'unknown_parameter', param: 'temperature' },
    ],
    [{ input: new Array<string>(2049).fill('a') }, { code: 'array_above_max_length', param: 'input' }],
  ];
  for (const [fields, expected] of cases) {
    const error = await catchRejection(openai.embeddings.create({ model: MODEL, ...fields } as never));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error', ...expected });
    expect((error as BadRequestError).requestID).toMatch(/^req_[0-9a-f]{32}$/);
  }
});

test('what is another API gets an answer that says so, and at once', async () => {
  const { openai } = start();
  const error = await catchRejection(openai.chat.completions.create({ model: MODEL, messages: [] }));
  expect(error).toBeInstanceOf(NotFoundError);
  expect((error as Error).message).toContain('POST /v1/embeddings');
});

test('a disposed client is said by its error, which the package does not try again', async () => {
  const { client, openai } = start();
  await openai.embeddings.create({ model: MODEL, input: 'a' });
  client.dispose();
  let calls = 0;
  const counting = openai.withOptions({
    fetch: (...call) => {
      calls += 1;
      return createFetch(client)(...call);
    },
  });
  const error = await catchRejection(counting.embeddings.create({ model: MODEL, input: 'b' }));
  expect(error).toMatchObject({ status: 503, code: 'disposed' });
  expect(calls).toBe(1);
});

test('aborting ends a call and its work', async () => {
  const { client, openai } = start();
  await openai.embeddings.create({ model: MODEL, input: 'a' });
  const controller = new AbortController();
  const input = Array.from({ length: 2000 }, (_, index) => `a long list of many things, of which this is ${index}`);
  const call = openai.embeddings.create({ model: MODEL, input }, { signal: controller.signal });
  await expect.poll(async () => (await client.models.retrieve(MODEL)).stats.results_pending).toBeGreaterThan(0);
  controller.abort();
  expect(await catchRejection(call)).toBeInstanceOf(APIUserAbortError);
  await expect.poll(async () => (await client.models.retrieve(MODEL)).stats.results_pending).toBe(0);
});

test('a time limit of the package ends a call and its work', async () => {
  const { client, openai } = start();
  const input = Array.from({ length: 2000 }, (_, index) => `a long list of many things, of which this is ${index}`);
  const call = openai.embeddings.create({ model: MODEL, input }, { timeout: 50, maxRetries: 0 });
  expect(await catchRejection(call)).toBeInstanceOf(APIConnectionTimeoutError);
  await expect.poll(async () => (await client.models.retrieve(MODEL)).stats.results_pending).toBe(0);
});

test('no request reaches the network, answered, refused or aborted', async () => {
  const requests = watchRequests(HOST);
  const { openai } = start();
  await openai.embeddings.create({ model: MODEL, input: 'private' });
  await openai.models.list();
  await catchRejection(openai.embeddings.create({ model: 'another', input: 'private' }));
  await catchRejection(openai.chat.completions.create({ model: MODEL, messages: [] }));
  await catchRejection(openai.embeddings.create({ model: MODEL, input: 'private' }, { signal: AbortSignal.abort() }));
  expect(await requests()).toEqual([]);
  // Without the client it would have been seen.
  const plain = new OpenAI({
    apiKey: 'k',
    baseURL: `https://${HOST}/v1`,
    maxRetries: 0,
    dangerouslyAllowBrowser: true,
  });
  expect(await catchRejection(plain.models.list())).toBeInstanceOf(APIConnectionError);
  expect(await requests()).not.toEqual([]);
});
