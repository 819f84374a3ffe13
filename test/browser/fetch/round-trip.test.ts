/** Our own providers, whose requests another client of the same page answers. */
import type { EmbeddingClientOptions, Task } from 'inpage-embeddings';
import { createFetch } from 'inpage-embeddings/fetch';
import { infinity, nugen, openaiCompatible, segmind } from 'inpage-embeddings/providers';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { deleteJobs } from '../../support/job-database.js';

type Provider = NonNullable<EmbeddingClientOptions['fallback']>[number];

const MODEL = 'universal-sentence-encoder-lite';
const BASE = 'https://inpage.invalid';
const TEXTS = ['one text', 'another, with 日本語 and "quotes"', 'a third'];
const apiKey = (): string => 'any';

afterEach(deleteJobs);
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A client that answers, and one that asks it as if it were a server. */
function connect(
  provider: Provider,
  options: EmbeddingClientOptions = {},
): { server: ReturnType<typeof startClient>; client: ReturnType<typeof startClient> } {
  const server = startClient(options);
  vi.stubGlobal(
    'fetch',
    createFetch(server, { baseURL: BASE, otherwise: 'pass', modelAliases: ['gemini-embedding-001'] }),
  );
  return { server, client: startClient({ policy: 'only-remote', fallback: [provider] }) };
}

test.each<[string, Provider]>([
  ['openaiCompatible', openaiCompatible({ baseURL: `${BASE}/v1`, model: MODEL })],
  ['openaiCompatible, base64', openaiCompatible({ baseURL: `${BASE}/v1`, model: MODEL, encodingFormat: 'base64' })],
  ['infinity', infinity({ baseURL: BASE, model: MODEL })],
  ['nugen', nugen({ baseURL: BASE, model: MODEL, apiKey })],
  ['segmind, at once', segmind({ baseURL: BASE, model: MODEL, apiKey })],
  ['segmind, as jobs', segmind({ baseURL: BASE, model: MODEL, apiKey, mode: 'async', pollIntervalMs: 20 })],
])('%s gets the vectors of the device', async (_name, provider) => {
  const { server, client } = connect(provider);
  const expected = await server.embeddings.create({ input: TEXTS });
  const { data, usage } = await client.embeddings.create({ input: TEXTS });
  expect(data.map(({ embedding }) => embedding)).toEqual(expected.data.map(({ embedding }) => embedding));
  if (provider.id !== 'segmind') expect(usage).toEqual(expected.usage);
});

test.each<Task>([
  'query',
  'document',
  'similarity',
  'classification',
  'clustering',
  'question-answering',
  'fact-verification',
  'code-query',
])('the task %s crosses by Segmind’s name', async (task) => {
  const provider = segmind({ baseURL: BASE, model: 'gemini-embedding-001', apiKey });
  // The files have prompts for queries and documents only.
  const prompts = { similarity: 'one', classification: 'two two', clustering: 'two one' };
  const { server, client } = connect(provider, { model: 'tests/prompts', hub: inject('hubUrl'), prompts });
  const request = { input: 'one two', task };
  const { data: actual } = await client.embeddings.create(request);
  const { data: expected } = await server.embeddings.create(request);
  expect(actual[0]?.embedding).toEqual(expected[0]?.embedding);
});

test('a provider of the same model is believed after its vectors were compared', async () => {
  connect(infinity({ baseURL: BASE, model: MODEL }));
  const client = startClient({
    policy: 'prefer-remote',
    fallback: [infinity({ baseURL: BASE, model: MODEL, sameModel: true })],
  });
  const { provider, space } = await client.embeddings.create({ input: 'compared' });
  expect(provider).toMatchObject({ kind: 'remote', id: 'infinity' });
  expect(space).toContain(`${MODEL}@main`);
});

test('errors keep their class, code and reason', async () => {
  const { client } = connect(openaiCompatible({ baseURL: `${BASE}/v1`, model: 'another' }));
  const error = await catchRejection(client.embeddings.create({ input: 'a' }));
  expect(error).toMatchObject({ name: 'NotFoundError', status: 404 });
  expect((error as Error).message).toContain(MODEL);
});
