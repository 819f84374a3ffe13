/** OpenAI's API, Infinity and Nugen: the addresses, bodies and answers that tell them apart. */
import { describe, expect, test } from 'vitest';
import type { ProviderRequest } from '../../../../src/contract/provider.js';
import { infinity, nugen, openaiCompatible } from '../../../../src/targets/remote/vendors/index.js';
import { catchRejection } from '../../../support/catch-error.js';
import { connect, listReply, NEVER, sendJson, startServer, type Handler } from './support.js';

const ANSWER: Handler = (request, response) => {
  sendJson(response, listReply(request.body['input']));
};
const REQUEST: ProviderRequest = { inputs: ['a', 'bb'], task: 'query', dimensions: 2 };

describe('openaiCompatible', () => {
  test('asks and reads as OpenAI documents it', async () => {
    const server = await startServer(ANSWER);
    const provider = openaiCompatible({ baseURL: `${server.origin}/v1/`, model: 'tiny', apiKey: 'k' });
    expect(provider).toMatchObject({
      id: 'openai-compatible',
      host: server.host,
      model: 'tiny',
      sameModel: false,
      space: `tiny@${server.host}/v1;provider=openai-compatible`,
    });
    const { target, sent } = connect(provider);
    expect(await target.embed(REQUEST, { signal: NEVER })).toEqual({
      vectors: Float32Array.of(1, 1, 2, 1),
      dimensions: 2,
      totalTokens: 2,
    });
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/v1/embeddings', headers: { authorization: 'Bearer k' } },
    ]);
    expect(server.requests[0]?.body).toEqual({ model: 'tiny', input: ['a', 'bb'], dimensions: 2 });
    expect(sent).toEqual([{ texts: 2, bytes: 3 }]);
    expect(target).not.toHaveProperty('jobs');
    expect(target).not.toHaveProperty('load');
  });

  test('sends no key when it has none', async () => {
    const server = await startServer(ANSWER);
    const { target } = connect(openaiCompatible({ baseURL: server.origin, model: 'tiny' }));
    await target.embed({ inputs: ['a'] }, { signal: NEVER });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(server.requests[0]?.body).toEqual({ model: 'tiny', input: ['a'] });
  });

  test('passes token ids on', async () => {
    const server = await startServer(ANSWER);
    const { target, sent } = connect(openaiCompatible({ baseURL: server.origin, model: 'tiny' }));
    await target.embed({ inputs: [[1, 22]] }, { signal: NEVER });
    expect(server.requests[0]?.body).toEqual({ model: 'tiny', input: [[1, 22]] });
    expect(sent).toEqual([{ texts: 1, bytes: 6 }]);
  });

  test.each<[asked: 'float' | 'base64' | undefined, came: string, embedding: unknown]>([
    ['base64', 'base64', Buffer.from(new Float32Array([3, -4]).buffer).toString('base64')],
    ['base64', 'numbers', [3, -4]],
    ['float', 'base64', Buffer.from(new Float32Array([3, -4]).buffer).toString('base64')],
    [undefined, 'numbers', [3, -4]],
  ])('reads what comes when %s was asked for and %s came', async (encodingFormat, _came, embedding) => {
    const server = await startServer((_request, response) => {
      sendJson(response, { data: [{ embedding, index: 0 }] });
    });
    const options = { baseURL: server.origin, model: 'tiny', ...(encodingFormat && { encodingFormat }) };
    const { target } = connect(openaiCompatible(options));
    const { vectors } = await target.embed({ inputs: ['a'] }, { signal: NEVER });
    expect(vectors).toEqual(Float32Array.of(3, -4));
    expect(server.requests[0]?.body['encoding_format']).toBe(encodingFormat === 'base64' ? 'base64' : undefined);
  });

  test.each<[what: string, body: unknown]>([
    ['another shape', { vectors: [[1, 2]] }],
    ['an error with 200', { error: { message: 'no such model' } }],
    ['another width than asked for', { data: [{ embedding: [1], index: 0 }] }],
    ['fewer rows', { data: [] }],
    ['zeros', { data: [{ embedding: [0, 0], index: 0 }] }],
  ])('refuses %s, and asks once', async (_what, body) => {
    const server = await startServer((_request, response) => {
      sendJson(response, body, 200, { 'x-request-id': 'req_1' });
    });
    const { target } = connect(openaiCompatible({ baseURL: server.origin, model: 'tiny' }));
    const error = await catchRejection(target.embed({ inputs: ['a'], dimensions: 2 }, { signal: NEVER }));
    expect(error).toMatchObject({ code: 'invalid_reply', canFallBack: true });
    expect(server.requests).toHaveLength(1);
  });

  test('splits by what a server takes that says nothing', async () => {
    const server = await startServer(ANSWER);
    const { target } = connect(openaiCompatible({ baseURL: server.origin, model: 'tiny', maxConcurrency: 1 }));
    await target.embed({ inputs: Array.from({ length: 70 }, () => 'a') }, { signal: NEVER });
    expect(server.requests.map(({ body }) => (body['input'] as unknown[]).length)).toEqual([32, 32, 6]);
  });
});

describe('infinity', () => {
  test.each(['', '/v1', '/v1/'])('asks below /v1 when its address ends in %j', async (path) => {
    const server = await startServer(ANSWER);
    const provider = infinity({ baseURL: server.origin + path, model: 'tiny', sameModel: true });
    expect(provider).toMatchObject({ id: 'infinity', sameModel: true, space: `tiny@${server.host};provider=infinity` });
    await connect(provider).target.embed(REQUEST, { signal: NEVER });
    expect(server.requests).toMatchObject([{ path: '/v1/embeddings', body: { input: ['a', 'bb'], dimensions: 2 } }]);
  });

  test('tells how full the queue of its model is, without sending text', async () => {
    const server = await startServer((_request, response) => {
      const entry = (id: string, fraction: number): object => ({ id, stats: { queue_fraction: fraction } });
      sendJson(response, { object: 'list', data: [entry('other', 0.9), entry('tiny', 0.25)] });
    });
    const { target, sent } = connect(infinity({ baseURL: server.origin, model: 'tiny', apiKey: 'k' }));
    expect(await target.load?.(NEVER)).toBe(0.25);
    expect(server.requests).toMatchObject([
      { method: 'GET', path: '/v1/models', headers: { authorization: 'Bearer k' } },
    ]);
    expect(sent).toEqual([]);
  });

  test.each<[what: string, body: unknown]>([
    ['its model is missing', { data: [{ id: 'other', stats: { queue_fraction: 0 } }] }],
    ['there are no stats', { data: [{ id: 'tiny' }] }],
    ['the fraction is no number', { data: [{ id: 'tiny', stats: { queue_fraction: '0' } }] }],
    ['the answer is something else', [1]],
  ])('refuses to tell when %s', async (_what, body) => {
    const server = await startServer((_request, response) => {
      sendJson(response, body);
    });
    const { target } = connect(infinity({ baseURL: server.origin, model: 'tiny' }));
    expect(await catchRejection(target.load?.(NEVER) ?? Promise.resolve())).toMatchObject({ code: 'invalid_reply' });
  });

  test('refuses token ids before anything is sent', async () => {
    const server = await startServer(ANSWER);
    const { target } = connect(infinity({ baseURL: server.origin, model: 'tiny' }));
    const error = await catchRejection(target.embed({ inputs: [[1]] }, { signal: NEVER }));
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'input' });
    expect(server.requests).toHaveLength(0);
  });
});

describe('nugen', () => {
  test('asks and reads as Nugen documents it', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, {
        id: 'embed-abc123xyz',
        object: 'embedding',
        data: [
          { object: 'embedding', embedding: [0.5, 2], index: 1 },
          { object: 'embedding', embedding: [0.25, 1], index: 0 },
        ],
        model: 'text-embedding-ada-002',
        created: 1705329600.0,
        usage: { total_tokens: 10 },
      });
    });
    const provider = nugen({ baseURL: server.origin, model: 'nugen-flash-embed', apiKey: 'k' });
    expect(provider.id).toBe('nugen');
    const { target } = connect(provider);
    expect(await target.embed(REQUEST, { signal: NEVER })).toEqual({
      vectors: Float32Array.of(0.25, 1, 0.5, 2),
      dimensions: 2,
      totalTokens: 10,
    });
    expect(server.requests).toMatchObject([
      { path: '/api/v3/inference/embeddings', headers: { authorization: 'Bearer k' } },
    ]);
    expect(server.requests[0]?.body).toEqual({ model: 'nugen-flash-embed', input: ['a', 'bb'], dimensions: 2 });
  });

  test('refuses token ids', async () => {
    const { target } = connect(nugen({ model: 'tiny', apiKey: 'k' }));
    const error = await catchRejection(target.embed({ inputs: ['a', [1]] }, { signal: NEVER }));
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'input' });
  });
});
