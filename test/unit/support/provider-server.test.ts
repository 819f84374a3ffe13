/** The seeds' own examples, as written there, get answers of the shapes described there. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startProviderServer, type ProviderServer } from '../../support/provider-server/start.js';
import { expectedVector } from '../../support/provider-server/vector.js';
import type { Lane } from '../../support/provider-server/wire.js';
import { bearer, postJson, xApiKey } from './post-json.js';

const SEGMIND_TEXT =
  'Segmind provides fast and affordable AI model inference APIs for image, video, audio, and text generation.';

let server: ProviderServer;
let lane: Lane;

beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => {
  lane = server.lane();
});
afterAll(() => server.close());

describe('Segmind v1', () => {
  test('answers the example of text-embedding-3-small', async () => {
    const { status, json } = await postJson(`${lane.url}/v1/text-embedding-3-small`, xApiKey(), {
      prompt: 'You are beautiful',
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ data: [{ embedding: expectedVector('You are beautiful'), index: 0 }] });
  });

  test('answers the example of gemini-embedding-001', async () => {
    const body = { input: SEGMIND_TEXT, task_type: 'RETRIEVAL_DOCUMENT' };
    const { json } = await postJson(`${lane.url}/v1/gemini-embedding-001`, xApiKey(), body);
    expect(json).toMatchObject({ data: [{ embedding: expectedVector(SEGMIND_TEXT) }] });
  });

  test('cuts to output_dimensionality', async () => {
    const body = { input: SEGMIND_TEXT, output_dimensionality: 768 };
    const { json } = await postJson(`${lane.url}/v1/gemini-embedding-001`, xApiKey(), body);
    expect(json).toMatchObject({ data: [{ embedding: expectedVector(SEGMIND_TEXT, 768) }] });
  });

  test.each([
    ['embedding', { embedding: expectedVector('a') }],
    ['values', { embedding: { values: expectedVector('a') } }],
    ['array', expectedVector('a')],
    ['nested-array', [expectedVector('a')]],
  ] as const)('answers in the form %s', async (segmindShape, expected) => {
    await lane.script([], { segmindShape });
    const { json } = await postJson(`${lane.url}/v1/text-embedding-3-small`, xApiKey(), { prompt: 'a' });
    expect(json).toEqual(expected);
  });

  test.each([
    ['a text under the wrong name', 'text-embedding-3-small', { input: 'a' }, 400],
    ['texts', 'gemini-embedding-001', { input: ['a', 'b'] }, 400],
    ['an unknown task', 'gemini-embedding-001', { input: 'a', task_type: 'COOKING' }, 400],
    ['an unknown model', 'sd-xl', { prompt: 'a' }, 404],
  ])('refuses %s', async (_name, model, body, expected) => {
    const { status, json } = await postJson(`${lane.url}/v1/${model}`, xApiKey(), body);
    expect([status, json]).toEqual([expected, { error: expect.any(String) as string }]);
  });

  test('refuses a bearer token', async () => {
    const { status } = await postJson(`${lane.url}/v1/text-embedding-3-small`, bearer(), { prompt: 'a' });
    expect(status).toBe(401);
  });
});

describe('Segmind v2', () => {
  interface Submitted {
    readonly request_id: string;
    readonly status_url: string;
    readonly response_url: string;
  }

  async function submit(): Promise<Submitted> {
    const url = `${lane.url}/v2/text-embedding-3-small`;
    const { status, json } = await postJson(url, xApiKey(), { prompt: 'You are beautiful' });
    expect(status).toBe(202);
    return json as Submitted;
  }

  async function get(url: string): Promise<readonly [status: number, json: unknown]> {
    const response = await fetch(url, { headers: xApiKey() });
    return [response.status, await response.json()];
  }

  test('goes from QUEUED by PROCESSING to COMPLETED', async () => {
    const { request_id, status_url, response_url } = await submit();
    expect(status_url).toBe(`${lane.url}/v2/requests/${request_id}/status`);
    expect(await get(status_url)).toEqual([200, { request_id, status: 'QUEUED' }]);
    expect(await get(response_url)).toEqual([202, { request_id, status: 'PROCESSING' }]);
    expect(await get(status_url)).toEqual([200, { request_id, status: 'PROCESSING' }]);
    expect(await get(status_url)).toEqual([200, { request_id, status: 'COMPLETED' }]);
    expect(await get(response_url)).toMatchObject([
      200,
      {
        status: 'COMPLETED',
        output: { data: [{ embedding: expectedVector('You are beautiful') }] },
        metrics: { inference_time: 0.125 },
      },
    ]);
  });

  test('takes as many polls as scripted', async () => {
    await lane.script([{ kind: 'job', queuedPolls: 0, processingPolls: 3 }]);
    const { status_url } = await submit();
    const states = [];
    for (let poll = 0; poll < 4; poll += 1) states.push((await get(status_url))[1]);
    const names = ['PROCESSING', 'PROCESSING', 'PROCESSING', 'COMPLETED'];
    expect(states).toMatchObject(names.map((status) => ({ status })));
  });

  test.each([422, 200])('tells of a failure with status %i, and in place of a result with 422', async (status) => {
    const script = { queuedPolls: 0, processingPolls: 0, failedPollStatus: status };
    await lane.script([{ kind: 'job', ends: 'FAILED', detail: 'blocked', ...script }]);
    const { request_id, status_url, response_url } = await submit();
    const failure = { request_id, status: 'FAILED', detail: 'blocked' };
    expect(await get(status_url)).toEqual([status, failure]);
    expect(await get(response_url)).toEqual([422, failure]);
  });

  test('answers an unknown and an expired id with 404', async () => {
    await lane.script([{ kind: 'job', expiresAfter: 1 }]);
    const { status_url, response_url } = await submit();
    expect((await get(status_url))[0]).toBe(200);
    expect((await get(status_url))[0]).toBe(404);
    expect((await get(response_url))[0]).toBe(404);
    expect((await get(`${lane.url}/v2/requests/unknown/status`))[0]).toBe(404);
  });

  test('names another origin when scripted', async () => {
    await lane.script([{ kind: 'job', foreignUrls: true }]);
    const { status_url, response_url } = await submit();
    expect([status_url, response_url].every((url) => url.startsWith(server.redirectOrigin))).toBe(true);
  });
});

describe('Nugen', () => {
  const path = '/api/v3/inference/embeddings';

  test.each([
    ['a text', 'text-embedding-xyz', 'The quick brown fox jumps over the lazy dog', 9],
    [
      'texts',
      'text-embedding-ada-002',
      [
        'First document for semantic search',
        'Second document for clustering',
        'Third document for similarity comparison',
      ],
      14,
    ],
  ])('answers the example with %s', async (_name, model, input, tokens) => {
    const { status, json } = await postJson(lane.url + path, bearer(), { model, input });
    expect(status).toBe(200);
    expect(json).toEqual({
      id: 'embed-abc123xyz',
      object: 'embedding',
      data: [input].flat().map((text, index) => ({ object: 'embedding', embedding: expectedVector(text), index })),
      model,
      created: 1750989144.25,
      usage: { total_tokens: tokens },
    });
  });

  test('answers the example with dimensions', async () => {
    const body = { model: 'matryoshka-embed-model', input: 'Sample text to embed', dimensions: 512 };
    const { json } = await postJson(lane.url + path, bearer(), body);
    expect(json).toMatchObject({ data: [{ embedding: expectedVector('Sample text to embed', 512) }] });
  });

  test('refuses token arrays and unknown fields', async () => {
    const tokens = await postJson(lane.url + path, bearer(), { model: 'm', input: [1, 2] });
    expect([tokens.status, tokens.json]).toMatchObject([422, { detail: [{ loc: ['body', 'input', 0] }] }]);
    const format = await postJson(lane.url + path, bearer(), { model: 'm', input: 'a', encoding_format: 'float' });
    expect(format.status).toBe(400);
  });
});

describe('Infinity', () => {
  test('answers the example', async () => {
    const input = 'This is the text that needs to be embedded.';
    const body = { model: 'text-embedding-3-large', input, encoding_format: 'float', dimensions: 1536 };
    const { status, json } = await postJson(`${lane.url}/v1/embeddings`, bearer(), body);
    expect(status).toBe(200);
    expect(json).toEqual({
      object: 'list',
      data: [{ object: 'embedding', embedding: expectedVector(input, 1536), index: 0 }],
      model: 'text-embedding-3-large',
      usage: { prompt_tokens: 9, total_tokens: 9 },
    });
  });

  test('answers in base64 with the same numbers', async () => {
    const body = { model: 'm', input: ['a', 'b'], encoding_format: 'base64' };
    const { json } = await postJson(`${lane.url}/v1/embeddings`, bearer(), body);
    const { data } = json as { readonly data: readonly { readonly embedding: string }[] };
    const vectors = data.map(({ embedding }) => {
      const bytes = new Uint8Array(Buffer.from(embedding, 'base64'));
      return [...new Float32Array(bytes.buffer)];
    });
    expect(vectors).toEqual([expectedVector('a'), expectedVector('b')]);
  });

  test.each([
    ['a token array', [1, 2, 3], [[1, 2, 3]]],
    ['token arrays', [[1, 2], [3]], [[1, 2], [3]]],
  ])('answers %s', async (_name, input, inputs) => {
    const { json } = await postJson(`${lane.url}/v1/embeddings`, bearer(), { model: 'm', input });
    expect(json).toMatchObject({
      data: inputs.map((tokens, index) => ({ embedding: expectedVector(tokens), index })),
      usage: { total_tokens: 3 },
    });
  });

  test('lists its models with the load that is set', async () => {
    await lane.script([], { models: ['Qwen2-Embedding-48'], queueFraction: 0.75 });
    const response = await fetch(`${lane.url}/v1/models`, { headers: bearer() });
    expect(await response.json()).toEqual({
      data: [
        {
          id: 'Qwen2-Embedding-48',
          stats: { queue_fraction: 0.75, queue_absolute: 0, results_pending: 1, batch_size: 32 },
          object: 'model',
          owned_by: 'infinity',
          created: 1750989144,
          backend: 'torch',
          capabilities: ['embed'],
        },
      ],
      object: 'list',
    });
  });

  test('refuses a wrong key unless the lane needs none', async () => {
    const url = `${lane.url}/v1/embeddings`;
    const wrong = { authorization: 'Bearer sk-wrong' };
    expect((await postJson(url, wrong, { model: 'm', input: 'a' })).status).toBe(401);
    await lane.script([], { needsKey: false });
    expect((await postJson(url, {}, { model: 'm', input: 'a' })).status).toBe(200);
  });
});

describe('expectedVector', () => {
  test('is of unit length and follows from the text', () => {
    const [first, second] = [expectedVector('a', 64), expectedVector('b', 64)];
    expect(Math.hypot(...first)).toBeCloseTo(1, 5);
    expect(first).toEqual(expectedVector('a', 64));
    expect(first).not.toEqual(second);
  });
});
