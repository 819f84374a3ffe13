/** LangChain's own classes with this library's vectors. */
import { Document } from '@langchain/core/documents';
import { Embeddings } from '@langchain/core/embeddings';
import { MemoryVectorStore } from '@langchain/classic/vectorstores/memory';
import { isEmbeddingError } from 'inpage-embeddings';
import { InpageEmbeddings } from 'inpage-embeddings/langchain';
import { expect, inject, test, vi } from 'vitest';
import { cosine, catchRejection, startClient } from '../../support/client.js';

const hub = inject('hubUrl');

const NOTES = ['The train leaves at noon', 'How to cook rice', 'Stock prices fell on Monday'].map(
  (pageContent) => new Document({ pageContent }),
);

test('a memory vector store finds documents by meaning', async () => {
  const embeddings = new InpageEmbeddings({ client: startClient() });
  const store = await MemoryVectorStore.fromDocuments(NOTES, embeddings);
  const found = await store.similaritySearchWithScore('A recipe for boiling rice', 3);
  expect(found.map(([{ pageContent }]) => pageContent)[0]).toBe('How to cook rice');
  const retriever = store.asRetriever(1);
  expect((await retriever.invoke('When can I travel?'))[0]?.pageContent).toBe('The train leaves at noon');
});

test("is one of LangChain's embeddings", () => {
  expect(new InpageEmbeddings({ client: startClient() })).toBeInstanceOf(Embeddings);
});

test('puts the query prompt before queries and the document prompt before documents', async () => {
  const client = startClient({ hub, model: 'tests/prompts' });
  const embeddings = new InpageEmbeddings({ client });
  const expected = async (task: 'query' | 'document'): Promise<number[] | undefined> =>
    (await client.embeddings.create({ input: 'five', task })).data[0]?.embedding;
  const query = await embeddings.embedQuery('five');
  const [document] = await embeddings.embedDocuments(['five']);
  expect(query).toEqual(await expected('query'));
  expect(document).toEqual(await expected('document'));
  expect(cosine(query, document ?? [])).toBeLessThan(0.999);
});

test('embeds any number of documents in one call, in order, and none without a call', async () => {
  const client = startClient({ hub, model: 'tests/mean' });
  const embeddings = new InpageEmbeddings({ client });
  const create = vi.spyOn(client.embeddings, 'create');
  const texts = Array.from({ length: 2100 }, (_, index) => (index % 2 === 0 ? 'one' : 'two'));
  const vectors = await embeddings.embedDocuments(texts);
  expect(create).toHaveBeenCalledOnce();
  expect(vectors).toHaveLength(texts.length);
  expect(vectors[2098]).toEqual(vectors[0]);
  expect(vectors[2099]).toEqual(vectors[1]);
  expect(await embeddings.embedDocuments([])).toEqual([]);
  expect(create).toHaveBeenCalledOnce();
});

test('gives vectors as wide as asked', async () => {
  const client = startClient({ hub, model: 'nomic-ai/nomic-embed-text-v1.5' });
  const embeddings = new InpageEmbeddings({ client, dimensions: 64 });
  expect(await embeddings.embedQuery('one')).toHaveLength(64);
  expect((await embeddings.embedDocuments(['one']))[0]).toHaveLength(64);
});

test('tells at once what another try would not cure, as an error of this library', async () => {
  const client = startClient();
  const embeddings = new InpageEmbeddings({ client, truncate: 'error', maxRetries: 6 });
  const create = vi.spyOn(client.embeddings, 'create');
  const error = await catchRejection(embeddings.embedDocuments(['word '.repeat(200)]));
  expect(isEmbeddingError(error, 'context_length_exceeded')).toBe(true);
  expect(create).toHaveBeenCalledOnce();
});

test('tries again as often as maxRetries says when a file could not be fetched', async () => {
  const client = startClient({ device: 'wasm', assetsUrl: '/nowhere/' });
  const embeddings = new InpageEmbeddings({ client, maxRetries: 1 });
  const create = vi.spyOn(client.embeddings, 'create');
  const error = await catchRejection(embeddings.embedQuery('a'));
  expect(isEmbeddingError(error, 'worker_script_failed')).toBe(true);
  expect(create).toHaveBeenCalledTimes(2);
});

test("asks the app's own onFailedAttempt instead, when there is one", async () => {
  const onFailedAttempt = vi.fn();
  const client = startClient();
  const embeddings = new InpageEmbeddings({ client, timeoutMs: 0, maxRetries: 1, onFailedAttempt });
  const error = await catchRejection(embeddings.embedQuery('a'));
  expect(isEmbeddingError(error, 'timeout')).toBe(true);
  expect(onFailedAttempt).toHaveBeenCalledTimes(2);
});

test('lets no more calls run at once than maxConcurrency says', async () => {
  const client = startClient({ hub, model: 'tests/mean' });
  const embeddings = new InpageEmbeddings({ client, maxConcurrency: 1 });
  let running = 0;
  let most = 0;
  const create = client.embeddings.create.bind(client.embeddings);
  vi.spyOn(client.embeddings, 'create').mockImplementation(async (...call: Parameters<typeof create>) => {
    most = Math.max(most, ++running);
    try {
      return await create(...call);
    } finally {
      running--;
    }
  });
  await Promise.all(['one', 'two', 'three'].map((text) => embeddings.embedQuery(text)));
  expect(most).toBe(1);
});
