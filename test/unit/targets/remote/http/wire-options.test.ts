/** Headers, queries and hosts that the app names: they reach the server, and nobody else reads them. */
import { describe, expect, test, vi } from 'vitest';
import {
  infinity,
  nugen,
  openaiCompatible,
  segmind,
  type ProviderOptions,
} from '../../../../../src/targets/remote/vendors/index.js';
import { catchError, catchRejection } from '../../../../support/catch-error.js';
import { connect, listReply, NEVER, sendJson, showAll, startServer, type TestServer } from '../support.js';

const SECRET = 'azure-key-9f8e7d6c5b4a';
const QUERY_SECRET = 'sig=Zm9vYmFy+/';

/** Every provider at a server, with the same options. */
const CREATE: readonly (readonly [
  string,
  (server: TestServer, options: Partial<ProviderOptions>) => ReturnType<typeof infinity>,
])[] = [
  ['openaiCompatible', ({ origin }, options) => openaiCompatible({ baseURL: `${origin}/v1`, model: 'm', ...options })],
  ['infinity', ({ origin }, options) => infinity({ baseURL: origin, model: 'm', ...options })],
  ['nugen', ({ origin }, options) => nugen({ baseURL: origin, model: 'm', apiKey: 'k-123456', ...options })],
  ['segmind', ({ origin }, options) => segmind({ baseURL: origin, model: 'm', apiKey: 'k-123456', ...options })],
];

describe.each(CREATE)('%s', (_name, create) => {
  test('sends headers and the query with every request', async () => {
    const server = await startServer(({ body }, response) => {
      sendJson(response, listReply(body['input'] ?? body['prompt']));
    });
    const options = { headers: { 'Api-Key': SECRET }, query: { 'api-version': '2024-10-21', sig: QUERY_SECRET } };
    const { target } = connect(create(server, options));
    await target.embed({ inputs: ['a'] }, { signal: NEVER });
    const [request] = server.requests;
    expect(request?.headers['api-key']).toBe(SECRET);
    const { searchParams } = new URL(request?.path ?? '', server.origin);
    expect(Object.fromEntries(searchParams)).toEqual(options.query);
  });

  test('prints no value of them, whatever the server says', async () => {
    const printed = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const server = await startServer(({ headers, path }, response) => {
      const said = `You sent ${JSON.stringify(headers)} to ${path}, ${decodeURIComponent(path)}`;
      sendJson(response, { error: { message: said } }, 401, { 'x-request-id': SECRET });
    });
    const provider = create(server, { headers: { 'api-key': SECRET }, query: { sig: QUERY_SECRET } });
    const { target } = connect(provider);
    const error = await catchRejection(target.embed({ inputs: ['a'] }, { signal: NEVER }));
    const shown = [
      showAll(error),
      JSON.stringify(provider),
      JSON.stringify(target),
      JSON.stringify(printed.mock.calls),
    ];
    printed.mockRestore();
    for (const secret of [SECRET, SECRET.slice(0, 12), QUERY_SECRET, encodeURIComponent(QUERY_SECRET), 'Zm9vYmFy']) {
      expect(shown.join('\n')).not.toContain(secret);
    }
  });
});

test('an Azure deployment is asked as Azure wants it', async () => {
  const server = await startServer(({ body }, response) => {
    sendJson(response, listReply(body['input']));
  });
  const provider = openaiCompatible({
    baseURL: `${server.origin}/openai/deployments/d`,
    model: 'text-embedding-3-small',
    query: { 'api-version': '2024-10-21' },
    headers: { 'api-key': SECRET },
  });
  await connect(provider).target.embed({ inputs: ['a', 'b'] }, { signal: NEVER });
  const [request] = server.requests;
  expect(request?.path).toBe('/openai/deployments/d/embeddings?api-version=2024-10-21');
  expect(request?.headers).not.toHaveProperty('authorization');
  expect(provider.space).not.toContain('2024');
});

describe('what cannot be sent', () => {
  test.each<[what: string, options: object, param: string]>([
    ['a text as headers', { headers: 'x' }, 'headers'],
    ['a number as value', { headers: { 'x-a': 7 } }, 'headers'],
    ['Headers, which have no fields of their own', { headers: new Headers({ 'x-a': 'b' }) }, 'headers'],
    ['a name over two lines', { headers: { 'x-a\r\nx-b': 'c' } }, 'headers'],
    ['a value over two lines', { headers: { 'x-a': `${SECRET}\r\nx-b: c` } }, 'headers'],
    ['a cookie', { headers: { Cookie: SECRET } }, 'headers'],
    ['another type of body', { headers: { 'Content-Type': 'text/plain' } }, 'headers'],
    ['a list as query', { query: ['a'] }, 'query'],
    ['a number in the query', { query: { page: 1 } }, 'query'],
    ['one host that is no list', { allowHttpHosts: '192.168.1.5' }, 'allowHttpHosts'],
    ['an address as host', { allowHttpHosts: ['http://192.168.1.5'] }, 'allowHttpHosts'],
    ['every host', { allowHttpHosts: ['*/'] }, 'allowHttpHosts'],
    ['another host', { baseURL: 'http://192.168.1.6/v1', allowHttpHosts: ['192.168.1.5'] }, 'baseURL'],
    ['another port', { baseURL: 'http://192.168.1.5:81/v1', allowHttpHosts: ['192.168.1.5:80'] }, 'baseURL'],
    ['a host that begins alike', { baseURL: 'http://nas.local.evil/v1', allowHttpHosts: ['nas.local'] }, 'baseURL'],
    ['another scheme', { baseURL: 'ws://nas.local/v1', allowHttpHosts: ['nas.local'] }, 'baseURL'],
  ])('is refused by name: %s', (_what, options, param) => {
    const create = (): unknown => openaiCompatible({ baseURL: 'https://host/v1', model: 'm', ...options });
    const error = catchError(create);
    expect(error).toMatchObject({ name: 'BadRequestError', param });
    expect(showAll(error)).not.toContain(SECRET);
  });

  test('may be a server of the local network that the app names', () => {
    const allowHttpHosts = ['192.168.1.20', 'NAS.local:7997', '[fd00::1]:80'];
    for (const baseURL of ['http://192.168.1.20:7997', 'http://nas.local:7997/v1', 'http://[fd00::1]/v1']) {
      expect(infinity({ baseURL, model: 'm', allowHttpHosts }).host).toBe(new URL(baseURL).host);
    }
  });

  test('a key in a header of a page is warned of, as one in apiKey', () => {
    vi.stubGlobal('document', { baseURI: 'https://app.example/' });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const base = { baseURL: 'https://host/v1', model: 'm' };
    openaiCompatible({ ...base, headers: { 'x-team': 'search' } });
    expect(warn).not.toHaveBeenCalled();
    openaiCompatible({ ...base, headers: { 'api-key': SECRET } });
    expect(warn.mock.calls).toEqual([[expect.stringContaining("'headers'")]]);
    expect(JSON.stringify(warn.mock.calls)).not.toContain(SECRET);
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
});
