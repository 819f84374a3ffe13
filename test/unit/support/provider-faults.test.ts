/** Every scripted answer comes as scripted. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startProviderServer, type ProviderServer } from '../../support/provider-server/start.js';
import { expectedVector } from '../../support/provider-server/vector.js';
import { LANE_KEY, type ErrorShape, type Lane, type RowChange } from '../../support/provider-server/wire.js';
import { bearer, postJson, type JsonAnswer } from './post-json.js';

let server: ProviderServer;
let lane: Lane;

beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => {
  lane = server.lane();
});
afterAll(() => server.close());

/** Embeds texts with the OpenAI-like API. */
function embed(input: readonly string[] = ['a', 'b'], fields: object = {}): Promise<JsonAnswer> {
  return postJson(`${lane.url}/v1/embeddings`, bearer(), { model: 'm', input, ...fields });
}

/** The indices and vectors of an answer. */
function rowsOf({ json }: JsonAnswer): readonly (readonly [index: unknown, embedding: unknown])[] {
  const { data } = json as { readonly data: readonly { readonly index: unknown; readonly embedding: unknown }[] };
  return data.map(({ index, embedding }) => [index, embedding]);
}

describe('a status', () => {
  test('comes with its headers, once, and the next request is answered', async () => {
    await lane.script([
      { kind: 'status', status: 429, headers: { 'retry-after': '2', 'retry-after-ms': '15', 'x-request-id': 'req_x' } },
      { kind: 'status', status: 502 },
    ]);
    const first = await embed();
    expect(first.status).toBe(429);
    expect(['retry-after', 'retry-after-ms', 'x-request-id'].map((name) => first.headers.get(name))).toEqual([
      '2',
      '15',
      'req_x',
    ]);
    expect((await embed()).status).toBe(502);
    expect((await embed()).status).toBe(200);
  });

  test('can ask for patience until a date', async () => {
    await lane.script([{ kind: 'status', status: 429, retryAfterDateMs: 3_600_000 }]);
    const { headers } = await embed();
    expect(Date.parse(headers.get('retry-after') ?? '')).toBeGreaterThan(Date.now());
  });

  test.each([400, 401, 403, 404, 406, 408, 409, 422, 429, 500, 502, 504])('can be %i', async (status) => {
    await lane.script([{ kind: 'status', status }]);
    expect(await embed()).toMatchObject({ status, json: { error: { message: expect.any(String) as string } } });
  });

  test.each<readonly [ErrorShape, string, unknown]>([
    [
      'openai',
      'application/json',
      { error: { message: 'no', type: 'invalid_request_error', param: null, code: null } },
    ],
    ['fastapi', 'application/json', { detail: 'no' }],
    ['segmind', 'application/json', { error: 'no' }],
    ['message', 'application/json', { message: 'no', success: false }],
    ['text', 'text/plain', undefined],
    ['html', 'text/html; charset=utf-8', undefined],
    ['empty', 'application/json', undefined],
  ])('is explained in the form %s', async (shape, contentType, json) => {
    await lane.script([{ kind: 'status', status: 400, shape, message: 'no' }]);
    const reply = await embed();
    expect([reply.headers.get('content-type'), reply.json]).toEqual([contentType, json]);
  });

  test.each<readonly [ErrorShape, readonly string[]]>([
    ['fastapi-list', ['the secret text']],
    ['echo', ['the secret text', LANE_KEY]],
    ['echo-text', ['the secret text', LANE_KEY]],
    ['echo-part', ['the secret', LANE_KEY.slice(-4)]],
  ])('quotes the request in the form %s', async (shape, quotes) => {
    await lane.script([{ kind: 'status', status: 422, shape }]);
    const { text } = await embed(['the secret text']);
    for (const quote of quotes) expect(text).toContain(quote);
  });
});

describe('rows', () => {
  const [a, b] = [expectedVector('a'), expectedVector('b')];
  const poisoned = (value: unknown): unknown => [
    [0, a],
    [1, [...b.slice(0, -1), value]],
  ];

  test.each<readonly [RowChange, unknown]>([
    [
      'reversed',
      [
        [1, b],
        [0, a],
      ],
    ],
    ['missing', [[0, a]]],
    [
      'extra',
      [
        [0, a],
        [1, b],
        [2, b],
      ],
    ],
    [
      'duplicate-index',
      [
        [0, a],
        [0, b],
      ],
    ],
    [
      'index-too-large',
      [
        [0, a],
        [2, b],
      ],
    ],
    [
      'no-index',
      [
        [undefined, a],
        [undefined, b],
      ],
    ],
    ['null', poisoned(null)],
    ['infinite', poisoned(Infinity)],
    ['too-large', poisoned(1e300)],
    ['string', poisoned('0.5')],
    [
      'zero',
      [
        [0, a],
        [1, b.map(() => 0)],
      ],
    ],
    [
      'wrong-width',
      [
        [0, a.slice(0, -1)],
        [1, b.slice(0, -1)],
      ],
    ],
    [
      'ragged',
      [
        [0, a],
        [1, b.slice(0, -1)],
      ],
    ],
    [
      'empty',
      [
        [0, []],
        [1, []],
      ],
    ],
  ])('can be changed: %s', async (change, expected) => {
    await lane.script([{ kind: 'rows', change }]);
    expect(rowsOf(await embed())).toEqual(expected);
  });

  test('can have NaN as Python writes it, which is no JSON', async () => {
    await lane.script([{ kind: 'rows', change: 'nan' }]);
    const { text, json } = await embed();
    expect([text.includes(',NaN]'), json]).toEqual([true, undefined]);
  });

  test('can have NaN in base64', async () => {
    await lane.script([{ kind: 'rows', change: 'nan' }]);
    const rows = rowsOf(await embed(['a'], { encoding_format: 'base64' }));
    expect(Buffer.from(String(rows[0]?.[1]), 'base64').readFloatLE(28)).toBeNaN();
  });

  test.each([
    ['float', 'base64'],
    ['base64', 'float'],
  ] as const)('come as %s where %s was asked for', async (as, encoding_format) => {
    await lane.script([{ kind: 'encoding', as }]);
    const rows = rowsOf(await embed(['a'], { encoding_format }));
    expect(Array.isArray(rows[0]?.[1])).toBe(as === 'float');
  });
});

describe('a body', () => {
  test('can be a page', async () => {
    await lane.script([{ kind: 'html' }]);
    const { status, headers, text } = await embed();
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<html>');
  });

  test('can be right under another content type', async () => {
    await lane.script([{ kind: 'content-type', as: 'text/plain' }]);
    const reply = await embed();
    expect(reply.headers.get('content-type')).toBe('text/plain');
    expect(rowsOf(reply)).toHaveLength(2);
  });

  test('can be anything', async () => {
    await lane.script([{ kind: 'body', body: '{"data":' }]);
    expect(await embed()).toMatchObject({ status: 200, text: '{"data":' });
  });
});
