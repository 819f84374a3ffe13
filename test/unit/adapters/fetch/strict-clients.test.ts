/** What SDKs send that say more than they need to, and read more strictly than they need to. */
import { expect, test } from 'vitest';
import { NotFoundError } from '../../../../src/errors/errors.js';
import { createFetch, type FetchClient } from '../../../../src/adapters/fetch/index.js';

const MODEL = 'universal-sentence-encoder-lite';
const BASE = 'https://inpage.invalid';

/** A client that keeps what it is asked, and a fetch that it answers. */
function start(): { asked: object[]; ask: (path: string, body?: object, headers?: object) => Promise<Answer> } {
  const asked: object[] = [];
  const fail = (): Promise<never> => Promise.reject(new NotFoundError('job_not_found', 'There is no such job.'));
  const model = { id: MODEL, object: 'model', owned_by: 'inpage-embeddings', created: 1, capabilities: ['embed'] };
  const client = {
    embeddings: {
      create: (params: object) => {
        asked.push(params);
        return Promise.resolve({
          object: 'list',
          data: [],
          model: MODEL,
          usage: { prompt_tokens: 1, total_tokens: 1 },
        });
      },
    },
    models: {
      list: () => Promise.resolve({ object: 'list', data: [model] }),
      retrieve: () => Promise.resolve(model),
    },
    jobs: { create: fail, retrieve: fail },
  } as unknown as FetchClient;
  const send = createFetch(client);
  return {
    asked,
    ask: async (path, body, headers = {}) => {
      const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
      const response = await send(BASE + path, { ...init, headers: { ...headers } });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

test("takes what infinity_client sends with an app's texts: a modality, a width of 0, no user", async () => {
  const { asked, ask } = start();
  const body = { input: ['a', 'b'], model: MODEL, user: null, dimensions: 0, modality: 'text' };
  expect((await ask('/v1/embeddings', body)).status).toBe(200);
  expect(asked).toEqual([{ input: ['a', 'b'], model: MODEL }]);
});

test('answers infinity_client by its own model when an app names none', async () => {
  const { asked, ask } = start();
  await ask('/v1/embeddings', { input: 'a', model: 'default/not-specified', dimensions: 0, modality: 'text' });
  expect(asked).toEqual([{ input: 'a' }]);
});

test('passes other widths on, and refuses what is no text', async () => {
  const { asked, ask } = start();
  await ask('/v1/embeddings', { input: 'a', dimensions: 256 });
  expect(asked).toEqual([{ input: 'a', dimensions: 256 }]);
  for (const modality of ['image', 'audio', 7]) {
    const refused = await ask('/v1/embeddings', { input: 'https://a.example/cat.jpg', modality });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { param: 'modality', code: 'unsupported_parameter' } },
    });
    expect(JSON.stringify(refused)).not.toContain('cat.jpg');
  }
  expect(asked).toHaveLength(1);
});

test.each(['/v1/models', `/v1/models/${MODEL}`])('%s names the only owner that infinity_client knows', async (path) => {
  const { body } = await start().ask(path);
  const models = 'data' in body ? (body['data'] as object[]) : [body];
  expect(models).toMatchObject([{ id: MODEL, object: 'model', owned_by: 'infinity' }]);
});

test("explains an error by a text where Segmind's SDK reads one", async () => {
  const { ask } = start();
  const explained = { error: expect.any(String) as string, type: expect.any(String) as string };
  expect(await ask(`/v1/${MODEL}`, {})).toMatchObject({
    status: 400,
    body: { ...explained, param: 'input', code: 'missing_required_parameter' },
  });
  for (const path of ['/v2/requests/1', '/v2/requests/1/status']) {
    expect(await ask(path)).toMatchObject({ status: 404, body: { ...explained, code: 'job_not_found' } });
  }
});

test("tells Segmind's clients from others where a path names no known model", async () => {
  const { ask } = start();
  const body = { prompt: 'a' };
  expect(await ask('/v1/sdxl', body, { 'x-api-key': 'k' })).toMatchObject({
    body: { error: expect.any(String) as string },
  });
  expect(await ask('/v1/sdxl', body)).toMatchObject({ body: { error: { code: 'model_not_found' } } });
});
