/** The AI SDK's own functions with the bundled model. */
import { cosineSimilarity, customProvider, embed, embedMany } from 'ai';
import { createEmbeddingModel } from 'inpage-embeddings/ai-sdk';
import { openaiCompatible } from 'inpage-embeddings/providers';
import { expect, inject, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { LANE_KEY, openLane } from '../../support/provider-lane.js';

/** Over the bundled model's limit of 128 tokens. */
const LONG_TEXT = 'word '.repeat(200);

const DIGITS = ['ten', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** A number in words of the tiny models. */
function spell(index: number): string {
  return Array.from(String(index), (digit) => DIGITS[Number(digit)]).join(' ');
}

test('embed() gives the vector, tokens and metadata of the client', async () => {
  const client = startClient({ device: 'wasm' });
  const model = createEmbeddingModel(client);
  const { data, usage, space, provider } = await client.embeddings.create({ input: 'Hello world' });
  const result = await embed({ model, value: 'Hello world' });
  expect(result.embedding).toEqual(data[0]?.embedding);
  expect(result.usage).toEqual({ tokens: usage.total_tokens });
  expect(result.warnings).toEqual([]);
  expect(result.providerMetadata).toEqual({
    inpageEmbeddings: { ...provider, space },
  });
  expect(provider).toMatchObject({ kind: 'local', device: 'wasm', dtype: 'q8' });
  expect(result.response?.body).toMatchObject({ model: client.model, data: [{ index: 0, truncated: false }] });
  expect(result.response?.body).toHaveProperty('data.0.embedding', []);
});

test('describes itself as the third version of the specification, which ai 6 and ai 7 take', () => {
  const model = createEmbeddingModel(startClient());
  expect(model).toMatchObject({
    specificationVersion: 'v3',
    provider: 'inpage-embeddings',
    modelId: 'universal-sentence-encoder-lite',
    maxEmbeddingsPerCall: 2048,
  });
});

test('ranks by meaning with cosineSimilarity()', async () => {
  const model = createEmbeddingModel(startClient());
  const values = ['The train leaves at noon', 'How to cook rice', 'Stock prices fell on Monday'];
  const { embeddings } = await embedMany({ model, values });
  const { embedding } = await embed({ model, value: 'A recipe for boiling rice' });
  const ranked = values
    .map((value, index) => ({ value, score: cosineSimilarity(embedding, embeddings[index] ?? []) }))
    .sort((a, b) => b.score - a.score);
  expect(ranked[0]?.value).toBe('How to cook rice');
});

test('embedMany() splits more than 2,048 values and keeps their order and count of tokens', async () => {
  const client = startClient({ hub: inject('hubUrl'), model: 'tests/mean' });
  const model = createEmbeddingModel(client);
  const doEmbed = vi.spyOn(model, 'doEmbed');
  const values = Array.from({ length: 2051 }, (_, index) => spell(index));
  const { embeddings, usage, responses } = await embedMany({ model, values });
  expect(doEmbed.mock.calls.map(([options]) => options.values.length)).toEqual([2048, 3]);
  expect(responses).toHaveLength(2);
  const expected = await client.embeddings.create({ input: values }, { priority: 'bulk' });
  expect(embeddings).toEqual(expected.data.map(({ embedding }) => embedding));
  expect(usage.tokens).toBe(expected.usage.total_tokens);
});

test('works behind customProvider()', async () => {
  const provider = customProvider({ embeddingModels: { notes: createEmbeddingModel(startClient()) } });
  const { embedding } = await embed({ model: provider.embeddingModel('notes'), value: 'Hello' });
  expect(embedding).toHaveLength(512);
});

test('rejects with the reason when the call is aborted, before and while it runs', async () => {
  const model = createEmbeddingModel(startClient());
  const before = AbortSignal.abort(new Error('not wanted'));
  expect(await catchRejection(embed({ model, value: 'a', abortSignal: before }))).toBe(before.reason);
  const controller = new AbortController();
  const values = Array.from({ length: 2000 }, (_, index) => `${index} words about the sea and the wind`);
  const running = catchRejection(embedMany({ model, values, abortSignal: controller.signal }));
  await embed({ model, value: 'The model is loaded now' });
  controller.abort();
  expect(await running).toMatchObject({ name: 'AbortError' });
});

test('warns of texts that were cut, and of headers, but not of its own', async () => {
  const model = createEmbeddingModel(startClient());
  const { warnings } = await embedMany({ model, values: ['short', LONG_TEXT], headers: { 'x-team': 'search' } });
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toHaveProperty('message', expect.stringContaining('1 of 2 texts'));
  expect(warnings[1]).toMatchObject({ type: 'unsupported', feature: 'headers' });
  expect(warnings[1]).toHaveProperty('details', expect.stringMatching(/^x-team: /));
});

test('gives vectors as wide as asked where the model offers it', async () => {
  const hub = inject('hubUrl');
  const client = startClient({ hub, model: 'nomic-ai/nomic-embed-text-v1.5' });
  const model = createEmbeddingModel(client);
  const { embedding, providerMetadata } = await embed({ model, value: 'one two', dimensions: 64 });
  expect(embedding).toHaveLength(64);
  expect(providerMetadata?.['inpageEmbeddings']?.['space']).toContain('dimensions=64');
});

test('puts the prompt of the task before a text, the call before the settings', async () => {
  const client = startClient({ hub: inject('hubUrl'), model: 'tests/prompts' });
  const model = createEmbeddingModel(client, { task: 'document' });
  const expected = async (task: 'query' | 'document'): Promise<number[] | undefined> =>
    (await client.embeddings.create({ input: 'five', task })).data[0]?.embedding;
  const document = await embed({ model, value: 'five' });
  const query = await embed({ model, value: 'five', providerOptions: { inpageEmbeddings: { task: 'query' } } });
  expect(document.embedding).toEqual(await expected('document'));
  expect(query.embedding).toEqual(await expected('query'));
  expect(query.embedding).not.toEqual(document.embedding);
});

test("says which provider answered, and no tokens where it doesn't tell them", async () => {
  const lane = openLane(inject('providerUrl'));
  const body = JSON.stringify({ object: 'list', data: [{ index: 0, embedding: [0.6, 0.8] }] });
  await lane.script([{ kind: 'body', body }]);
  const fallback = [openaiCompatible({ baseURL: `${lane.url}/v1`, model: 'm', apiKey: () => LANE_KEY })];
  const client = startClient({ policy: 'only-remote', fallback });
  const { providerMetadata, usage } = await embed({ model: createEmbeddingModel(client), value: 'one' });
  expect(providerMetadata?.['inpageEmbeddings']).toMatchObject({ kind: 'remote', host: new URL(lane.url).host });
  expect(usage.tokens).toBeNaN();
});
