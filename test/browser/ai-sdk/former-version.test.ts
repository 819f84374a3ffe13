/** The functions of `ai` 6, which is the latest that runs on Node 20. */
import { APICallError, customProvider, embed, embedMany, type EmbeddingModel } from 'ai6';
import { createEmbeddingModel as create, type EmbeddingModelSettings } from 'inpage-embeddings/ai-sdk';
import { expect, test } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';

type FormerModel = Exclude<EmbeddingModel, string>;

/** An app has the types of one version of `@ai-sdk/provider`, this repository those of two. */
const createEmbeddingModel = (client: ReturnType<typeof startClient>, settings?: EmbeddingModelSettings): FormerModel =>
  create(client, settings) as unknown as FormerModel;

test('embed(), embedMany() and customProvider() give the vectors of the client', async () => {
  const client = startClient();
  const model = createEmbeddingModel(client);
  const values = ['Hello world', 'How to cook rice'];
  const { data, usage } = await client.embeddings.create({ input: values });
  const { embeddings, usage: counted } = await embedMany({ model, values });
  expect(embeddings).toEqual(data.map(({ embedding }) => embedding));
  expect(counted).toEqual({ tokens: usage.total_tokens });
  const provider = customProvider({ embeddingModels: { notes: model as never } });
  const { embedding, providerMetadata } = await embed({
    model: provider.embeddingModel('notes'),
    value: 'Hello world',
  });
  expect(embedding).toEqual(data[0]?.embedding);
  expect(providerMetadata?.['inpageEmbeddings']).toMatchObject({ kind: 'local' });
});

test('tells an error of the client as the AI SDK’s own', async () => {
  const model = createEmbeddingModel(startClient(), { truncate: 'error' });
  const error = await catchRejection(embed({ model, value: 'word '.repeat(200), maxRetries: 0 }));
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ statusCode: 400, data: { code: 'context_length_exceeded' } });
});
