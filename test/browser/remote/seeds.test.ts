/** The examples of the five API documents, through the client. */
import type { EmbeddingClientOptions, Task } from 'inpage-embeddings';
import { infinity, nugen, segmind } from 'inpage-embeddings/providers';
import { expect, inject, test } from 'vitest';
import { startClient } from '../../support/client.js';
import { expectedVector, LANE_KEY, openLane, type Lane } from '../../support/provider-lane.js';

const apiKey = (): string => LANE_KEY;
const SENTENCE =
  'Segmind provides fast and affordable AI model inference APIs for image, video, audio, and text generation.';

function start(make: (lane: Lane) => NonNullable<EmbeddingClientOptions['fallback']>[number]): {
  client: ReturnType<typeof startClient>;
  lane: Lane;
} {
  const lane = openLane(inject('providerUrl'));
  return { lane, client: startClient({ policy: 'only-remote', fallback: [make(lane)] }) };
}

const bodies = async (lane: Lane): Promise<unknown[]> =>
  (await lane.log()).requests.filter(({ method }) => method === 'POST').map(({ body }) => body);

test.each(['sync', 'async'] as const)('Segmind, text-embedding-3-small, %s', async (mode) => {
  const { client, lane } = start(({ url }) => segmind({ model: 'text-embedding-3-small', apiKey, baseURL: url, mode }));
  const { data } = await client.embeddings.create({ input: 'You are beautiful' });
  expect(data.map(({ embedding }) => embedding)).toEqual([expectedVector('You are beautiful')]);
  expect(await bodies(lane)).toEqual([{ prompt: 'You are beautiful' }]);
  const [request] = (await lane.log()).requests;
  expect(request).toMatchObject({
    path: mode === 'sync' ? '/v1/text-embedding-3-small' : '/v2/text-embedding-3-small',
    keyMatches: true,
  });
});

test.each<[Task, string]>([
  ['query', 'RETRIEVAL_QUERY'],
  ['document', 'RETRIEVAL_DOCUMENT'],
  ['similarity', 'SEMANTIC_SIMILARITY'],
  ['classification', 'CLASSIFICATION'],
  ['clustering', 'CLUSTERING'],
  ['question-answering', 'QUESTION_ANSWERING'],
  ['fact-verification', 'FACT_VERIFICATION'],
  ['code-query', 'CODE_RETRIEVAL_QUERY'],
])('Segmind, gemini-embedding-001, %s', async (task, taskType) => {
  const { client, lane } = start(({ url }) => segmind({ model: 'gemini-embedding-001', apiKey, baseURL: url }));
  const { data } = await client.embeddings.create({ input: SENTENCE, task, dimensions: 768 });
  expect(data[0]?.embedding).toEqual(expectedVector(SENTENCE, 768));
  expect(await bodies(lane)).toEqual([{ input: SENTENCE, task_type: taskType, output_dimensionality: 768 }]);
});

test('Nugen, one text and several, in OpenAI’s shape', async () => {
  const { client, lane } = start(({ url }) => nugen({ model: 'text-embedding-ada-002', apiKey, baseURL: url }));
  const input = [
    'First document for semantic search',
    'Second document for clustering',
    'Third document for similarity comparison',
  ];
  const response = await client.embeddings.create({ model: 'text-embedding-ada-002', input });
  expect(response).toMatchObject({ object: 'list', model: 'text-embedding-ada-002' });
  expect(response.usage.prompt_tokens).toBe(response.usage.total_tokens);
  expect(response.usage.total_tokens).toBeGreaterThan(0);
  expect(response.data.map(({ embedding }) => embedding)).toEqual(input.map((text) => expectedVector(text)));
  await client.embeddings.create({ input: 'Sample text to embed', dimensions: 512 });
  expect((await bodies(lane)).at(-1)).toMatchObject({ dimensions: 512 });
});

test('Infinity, as the document has it', async () => {
  const { client, lane } = start(({ url }) => infinity({ model: 'text-embedding-3-large', apiKey, baseURL: url }));
  const response = await client.embeddings.create({
    model: 'text-embedding-3-large',
    input: 'This is the text that needs to be embedded.',
    encoding_format: 'float',
    dimensions: 1536,
  });
  expect(response.data[0]?.embedding).toHaveLength(1536);
  const [body] = await bodies(lane);
  expect(body).toMatchObject({ model: 'text-embedding-3-large', dimensions: 1536 });
});

test('200 calls at once against a server that fails a third of the time lose and double nothing', async () => {
  const { client, lane } = start(({ url }) =>
    infinity({ model: 'm', apiKey, baseURL: url, maxRetries: 12, maxConcurrency: 16 }),
  );
  await lane.script([
    {
      kind: 'status',
      status: 503,
      times: 'always',
      probability: 1 / 3,
      path: '/embeddings',
      headers: { 'retry-after-ms': '1' },
    },
  ]);
  const texts = Array.from({ length: 200 }, (_, index) => [`first of ${index}`, `second of ${index}`]);
  const answers = await Promise.all(texts.map((input) => client.embeddings.create({ input })));
  expect(answers.map(({ data }) => data.map(({ embedding }) => embedding))).toEqual(
    texts.map((pair) => pair.map((text) => expectedVector(text))),
  );
});
