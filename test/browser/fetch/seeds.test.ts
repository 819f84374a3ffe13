/** The requests of the five API documents, answered on the device. */
import { createFetch } from 'inpage-embeddings/fetch';
import { afterEach, expect, test } from 'vitest';
import { startClient } from '../../support/client.js';
import { deleteJobs } from '../../support/job-database.js';

const MODEL = 'universal-sentence-encoder-lite';
const BASE = 'https://inpage.invalid';
const ALIASES = ['text-embedding-3-small', 'gemini-embedding-001', 'text-embedding-3-large', 'text-embedding-ada-002'];

afterEach(deleteJobs);

/** An answer's status and body. */
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function start(): {
  client: ReturnType<typeof startClient>;
  post: (path: string, body: object) => Promise<Answer>;
  get: (url: string) => Promise<Answer>;
} {
  const client = startClient();
  const send = createFetch(client, { modelAliases: ALIASES });
  const read = async (response: Response): Promise<Answer> => {
    expect(response.headers.get('content-type')).toBe('application/json');
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  return {
    client,
    post: async (path, body) =>
      read(
        await send(BASE + path, {
          method: 'POST',
          headers: { 'x-api-key': 'WRONG', authorization: 'Bearer WRONG', 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
    get: async (url) => read(await send(url)),
  };
}

const vectorOf = async (client: ReturnType<typeof startClient>, input: string): Promise<number[] | undefined> =>
  (await client.embeddings.create({ input })).data[0]?.embedding;

test('Infinity: the list of models', async () => {
  const { status, body } = await start().get(`${BASE}/v1/models`);
  expect(status).toBe(200);
  expect(body).toEqual({
    object: 'list',
    data: [
      {
        id: MODEL,
        object: 'model',
        owned_by: 'infinity',
        created: expect.any(Number) as number,
        backend: 'wasm',
        capabilities: ['embed'],
        stats: { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 },
      },
    ],
  });
});

test('Infinity: a vector', async () => {
  const { client, post } = start();
  const input = 'This is the text that needs to be embedded.';
  const { status, body } = await post('/v1/embeddings', {
    model: 'text-embedding-3-large',
    input,
    encoding_format: 'float',
    dimensions: null,
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    object: 'list',
    data: [{ object: 'embedding', embedding: await vectorOf(client, input), index: 0 }],
    model: MODEL,
    usage: { prompt_tokens: 13, total_tokens: 13 },
  });
});

test('Nugen: one text and several', async () => {
  const { client, post } = start();
  const input = 'The quick brown fox jumps over the lazy dog';
  const { status, body } = await post('/api/v3/inference/embeddings', { model: 'text-embedding-ada-002', input });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: expect.stringMatching(/^embed-/) as string,
    object: 'embedding',
    data: [{ object: 'embedding', embedding: await vectorOf(client, input), index: 0 }],
    model: MODEL,
    created: expect.any(Number) as number,
  });
  expect(body['usage']).toEqual({ total_tokens: 11 });
  const several = await post('/api/v3/inference/embeddings', { model: MODEL, input: ['First', 'Second', 'Third'] });
  expect(several.body['data']).toMatchObject([{ index: 0 }, { index: 1 }, { index: 2 }]);
  expect(await post('/api/v3/inference/embeddings', { model: MODEL, input: '' })).toMatchObject({ status: 400 });
  expect(await post('/api/v3/inference/embeddings', { model: MODEL, input: 'a', dimensions: 256 })).toMatchObject({
    status: 400,
    body: { error: { param: 'dimensions' } },
  });
  expect(await post('/api/v3/inference/embeddings', { model: MODEL, input: 'a', dimensions: 512 })).toMatchObject({
    status: 200,
  });
});

test('Segmind: prompt and input at once', async () => {
  const { client, post } = start();
  const { status, body } = await post('/v1/text-embedding-3-small', { prompt: 'You are beautiful' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ data: [{ embedding: await vectorOf(client, 'You are beautiful') }] });
  const request = { input: 'You are beautiful', task_type: 'RETRIEVAL_DOCUMENT' };
  expect((await post('/v1/gemini-embedding-001', request)).body['data']).toEqual(body['data']);
});

test('Segmind: what is wrong is named', async () => {
  const { post } = start();
  const path = '/v1/gemini-embedding-001';
  const cases: [object, object][] = [
    [{}, { code: 'missing_required_parameter' }],
    [
      { prompt: 'a', input: 'b' },
      { code: 'invalid_value', param: 'prompt' },
    ],
    [{ input: ['a'] }, { code: 'invalid_type', param: 'input' }],
    [{ prompt: '' }, { code: 'empty_string', param: 'prompt' }],
    [
      { input: 'a', task_type: 'SEARCH' },
      { code: 'invalid_value', param: 'task_type' },
    ],
    [
      { input: 'a', output_dimensionality: 768 },
      { code: 'unsupported_parameter', param: 'output_dimensionality' },
    ],
    [
      { prompt: 'a', steps: 25 },
      { code: 'unknown_parameter', param: 'steps' },
    ],
  ];
  for (const [request, error] of cases) {
    const body = { error: expect.any(String) as string, ...error };
    expect(await post(path, request)).toMatchObject({ status: 400, body });
    expect(await post(path.replace('v1', 'v2'), request)).toMatchObject({ status: 400, body });
  }
  const unknown = await post('/v1/sdxl', { prompt: 'a cat' });
  expect(unknown).toMatchObject({
    status: 404,
    body: { error: expect.any(String) as string, code: 'model_not_found' },
  });
  expect(JSON.stringify(unknown)).not.toContain('a cat');
});

test('Segmind: submit, poll, fetch', async () => {
  const { client, post, get } = start();
  const { status, body } = await post('/v2/text-embedding-3-small', { prompt: 'You are beautiful' });
  const id = String(body['request_id']);
  expect(status).toBe(202);
  expect(body).toEqual({
    request_id: id,
    status: 'QUEUED',
    status_url: `${BASE}/v2/requests/${id}/status`,
    response_url: `${BASE}/v2/requests/${id}`,
  });
  const early = await get(String(body['response_url']));
  expect([200, 202]).toContain(early.status);
  await expect
    .poll(() => get(String(body['status_url'])))
    .toMatchObject({ status: 200, body: { request_id: id, status: 'COMPLETED' } });
  const result = await get(String(body['response_url']));
  expect(result).toMatchObject({
    status: 200,
    body: {
      request_id: id,
      status: 'COMPLETED',
      output: { data: [{ embedding: await vectorOf(client, 'You are beautiful') }] },
      metrics: { inference_time: expect.any(Number) as number },
    },
  });
});

test('Segmind: a failed request is 422 with its reason, an unknown one 404', async () => {
  const { client, post, get } = start();
  // Enough that it is still at work when it is cancelled.
  const job = await client.jobs.create({ input: new Array<string>(500).fill('much to do') });
  await client.jobs.cancel(job.request_id);
  for (const suffix of ['', '/status']) {
    const failed = await get(`${BASE}/v2/requests/${job.request_id}${suffix}`);
    expect(failed).toMatchObject({
      status: 422,
      body: {
        request_id: job.request_id,
        status: 'FAILED',
        detail: 'cancelled',
        error: expect.stringContaining('cancelled') as string,
        code: 'inference_failed',
      },
    });
    expect(await get(`${BASE}/v2/requests/unknown${suffix}`)).toMatchObject({
      status: 404,
      body: { error: expect.any(String) as string, code: 'job_not_found' },
    });
  }
  expect((await post(`/v2/requests/${job.request_id}`, {})).status).toBe(405);
});
