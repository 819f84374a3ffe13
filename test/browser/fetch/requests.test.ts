/** A fetch as fetch is: its arguments, URLs, methods, bodies, signals and replies. */
import { EgressDeniedError, RateLimitError } from 'inpage-embeddings';
import { createFetch, type FetchClient, type FetchOptions } from 'inpage-embeddings/fetch';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { watchRequests } from '../../support/watch-requests.js';

const MODEL = 'universal-sentence-encoder-lite';
const EMBEDDINGS = 'https://inpage.invalid/v1/embeddings';
const BODY = JSON.stringify({ input: 'Hello' });
const POST = { method: 'POST', body: BODY };

afterEach(() => {
  vi.unstubAllGlobals();
});

const start = (options?: FetchOptions): typeof fetch => createFetch(startClient(), options);

/** A client whose every answer is this error. */
function failing(error: unknown): FetchClient {
  const fail = (): Promise<never> => Promise.reject(error);
  return {
    embeddings: { create: fail },
    models: { list: () => Promise.resolve({ object: 'list', data: [] }), retrieve: fail },
    jobs: { create: fail, retrieve: fail },
  };
}

const errorOf = async (response: Response): Promise<Readonly<Record<string, unknown>>> =>
  ((await response.json()) as { error: Readonly<Record<string, unknown>> }).error;

test('takes a string, a URL, a Request, and a Request with other settings', async () => {
  const ask = start();
  const calls: Parameters<typeof fetch>[] = [
    [EMBEDDINGS, POST],
    [new URL(EMBEDDINGS), POST],
    [new Request(EMBEDDINGS, POST)],
    [new Request(EMBEDDINGS, { method: 'PUT' }), POST],
    ['/v1/embeddings', { ...POST, body: new Blob([BODY]) }],
  ];
  for (const call of calls) {
    const response = await ask(...call);
    expect([response.status, response.ok, response.headers.get('content-type')]).toEqual([
      200,
      true,
      'application/json',
    ]);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  }
});

test('knows its endpoints by the end of the path, on any base, whatever the query and slashes', async () => {
  const ask = start();
  const paths = [
    '/v1/embeddings/',
    '/proxy/v1/embeddings?api-version=1',
    '/v1/x/v1/embeddings#a',
    '/v1/models/../embeddings',
  ];
  for (const path of paths) expect((await ask(`https://any.example${path}`, POST)).status).toBe(200);
  expect((await ask('http://localhost:1/v1/models/')).status).toBe(200);
});

test('answers models with slashes in their names, encoded or not', async () => {
  const ask = createFetch(startClient({ model: 'tests/mean', hub: inject('hubUrl') }));
  for (const name of ['tests/mean', 'tests%2Fmean']) {
    expect(await (await ask(`/v1/models/${name}`)).json()).toMatchObject({ id: 'tests/mean' });
    const response = await ask(`/v1/${name}`, { method: 'POST', body: JSON.stringify({ prompt: 'one two' }) });
    expect(response.status).toBe(200);
  }
  expect((await ask('/v1/models/tests%zzmean')).status).toBe(404);
});

test('answers only below its baseURL, when there is one', async () => {
  for (const baseURL of ['https://inpage.invalid', 'https://inpage.invalid/v1/']) {
    const ask = start({ baseURL });
    expect((await ask(EMBEDDINGS, POST)).status).toBe(200);
    for (const url of ['https://other.invalid/v1/embeddings', 'https://inpage.invalid/deeper/v1/embeddings']) {
      expect(await catchRejection(ask(url, POST))).toBeInstanceOf(EgressDeniedError);
    }
  }
  const ask = start({ baseURL: '/on-device/v1' });
  expect((await ask('/on-device/v1/embeddings', POST)).status).toBe(200);
  expect(await catchRejection(ask('/v1/embeddings', POST))).toBeInstanceOf(EgressDeniedError);
});

test('refuses other URLs and sends nothing', async () => {
  const requests = watchRequests('inpage.invalid');
  const ask = start();
  const error = await catchRejection(ask('https://inpage.invalid/track', { method: 'POST', body: 'private words' }));
  expect(error).toBeInstanceOf(EgressDeniedError);
  expect(error).toMatchObject({ code: 'egress_denied', retryable: false });
  expect(String(error)).not.toContain('private');
  const response = await ask('https://inpage.invalid/v1/chat/completions', { method: 'POST', body: '{}' });
  expect(response.status).toBe(404);
  expect(await errorOf(response)).toMatchObject({ code: 'model_not_found', type: 'invalid_request_error' });
  expect((await ask('https://inpage.invalid/v1/files')).status).toBe(404);
  expect(await requests()).toEqual([]);
});

test('passes other requests to the fetch there was, untouched, when asked to', async () => {
  const real = vi.fn<typeof fetch>(() => Promise.resolve(new Response('real')));
  vi.stubGlobal('fetch', real);
  const ask = start({ otherwise: 'pass' });
  // As an app may: what is passed must not come back.
  vi.stubGlobal('fetch', ask);
  const request = new Request('https://other.invalid/v1/chat/completions', { method: 'POST', body: 'x' });
  expect(await (await ask(request)).text()).toBe('real');
  expect(await (await ask('/v1/sdxl', POST)).text()).toBe('real');
  expect(await (await ask('/config.json')).text()).toBe('real');
  expect(real.mock.calls).toEqual([[request], ['/v1/sdxl', POST], ['/config.json']]);
  expect(request.bodyUsed).toBe(false);
  expect((await ask(EMBEDDINGS, POST)).status).toBe(200);
  expect((await ask(`/v1/${MODEL}`, { method: 'POST', body: '{"prompt":"a"}' })).status).toBe(200);
  expect(real).toHaveBeenCalledTimes(3);
});

test('refuses other methods with 405, and names the right one', async () => {
  const ask = start();
  const cases: [method: string, path: string, allowed: string][] = [
    ['GET', '/v1/embeddings', 'POST'],
    ['DELETE', `/v1/models/${MODEL}`, 'GET'],
    ['POST', '/v1/models', 'GET'],
    ['PUT', '/api/v3/inference/embeddings', 'POST'],
    ['GET', `/v1/${MODEL}`, 'POST'],
    ['POST', '/v2/requests/1/status', 'GET'],
  ];
  for (const [method, path, allowed] of cases) {
    const response = await ask(path, { method });
    expect([response.status, response.headers.get('allow'), response.headers.get('x-should-retry')]).toEqual([
      405,
      allowed,
      'false',
    ]);
    // Segmind's endpoints tell an error as a text.
    expect(JSON.stringify(await errorOf(response))).toContain(allowed);
  }
});

test('reads JSON of any content type, and refuses all else without repeating it', async () => {
  const ask = start();
  for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
    expect((await ask(EMBEDDINGS, { ...POST, headers: { 'content-type': type } })).status).toBe(200);
  }
  for (const body of ['', '{"input": "my secret', 'secret', '"secret"', '["secret"]', 'null', new FormData()]) {
    const response = await ask(EMBEDDINGS, { method: 'POST', body });
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error).toMatchObject({ type: 'invalid_request_error', param: null });
    expect(JSON.stringify(error)).not.toContain('secret');
  }
});

test('rejects with the reason of the signal, of the call or of its Request', async () => {
  const ask = start();
  const input = JSON.stringify({ input: new Array<string>(2000).fill('many words that take their time') });
  const aborted = { ...POST, signal: AbortSignal.abort(new Error('before')) };
  expect(await catchRejection(ask(EMBEDDINGS, aborted))).toMatchObject({ message: 'before' });
  for (const makeCall of [
    (signal: AbortSignal) => ask(EMBEDDINGS, { method: 'POST', body: input, signal }),
    (signal: AbortSignal) => ask(new Request(EMBEDDINGS, { method: 'POST', body: input, signal })),
  ]) {
    const controller = new AbortController();
    const call = makeCall(controller.signal);
    setTimeout(() => {
      controller.abort(new Error('meanwhile'));
    }, 50);
    expect(await catchRejection(call)).toMatchObject({ message: 'meanwhile' });
  }
});

test('tells errors by their status, and whether to try again', async () => {
  const full = await createFetch(failing(new RateLimitError('queue_full', 'Full.')))(EMBEDDINGS, POST);
  expect([full.status, full.headers.get('retry-after'), full.headers.get('x-should-retry')]).toEqual([
    429,
    '1',
    'true',
  ]);
  expect(await errorOf(full)).toEqual({ message: 'Full.', type: 'rate_limit_error', param: null, code: 'queue_full' });
  const unknown = await createFetch(failing(new Error('my secret text')))(EMBEDDINGS, POST);
  expect([unknown.status, unknown.headers.get('x-should-retry')]).toEqual([500, 'false']);
  expect(await errorOf(unknown)).toMatchObject({ code: 'internal', type: 'api_error' });
  const unsupported = createFetch(startClient({ device: 'webgpu' }));
  expect((await unsupported(EMBEDDINGS, POST)).status).toBe(503);
});

test('refuses unknown and impossible options by name', () => {
  const client = startClient();
  const cases: [object, string][] = [
    [{ base: '/v1' }, 'base'],
    [{ baseURL: 'https://' }, 'baseURL'],
    [{ baseURL: '/v1?x=1' }, 'baseURL'],
    [{ otherwise: 'ignore' }, 'otherwise'],
    [{ modelAliases: 'text-embedding-3-small' }, 'modelAliases'],
    [{ modelAliases: [1] }, 'modelAliases'],
  ];
  for (const [options, param] of cases) {
    expect(() => createFetch(client, options)).toThrow(expect.objectContaining({ param, status: 400 }) as Error);
  }
});
