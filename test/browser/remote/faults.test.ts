/** Every fault of a remote API, one by one, as a page meets it: across origins, by the browser's own fetch. */
import { EmbeddingError, type EmbeddingClient } from 'inpage-embeddings';
import { openaiCompatible } from 'inpage-embeddings/providers';
import { describe, expect, inject, test } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { expectedVector, LANE_KEY, openLane, type Lane } from '../../support/provider-lane.js';
import type { FaultKind } from '../../support/provider-server/wire.js';

const INPUT = ['one', 'two', 'three'];
const VECTORS = INPUT.map((text) => expectedVector(text));
const SOON = { 'retry-after-ms': '1' };

function start(lane: Lane, options: object = {}): EmbeddingClient {
  const provider = openaiCompatible({ baseURL: `${lane.url}/v1`, model: 'm', apiKey: () => LANE_KEY, ...options });
  return startClient({ policy: 'only-remote', fallback: [provider] });
}

async function embed(client: EmbeddingClient): Promise<number[][]> {
  return (await client.embeddings.create({ input: INPUT })).data.map(({ embedding }) => embedding);
}

describe('is got over', () => {
  test.each<[what: string, fault: FaultKind, requests: number]>([
    ['429 with Retry-After in milliseconds', { kind: 'status', status: 429, headers: SOON }, 2],
    ['429 with Retry-After in seconds', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }, 2],
    ['429 with Retry-After as a date', { kind: 'status', status: 429, retryAfterDateMs: 10 }, 2],
    ['502', { kind: 'status', status: 502, headers: SOON }, 2],
    ['408', { kind: 'status', status: 408, headers: SOON }, 2],
    ['409', { kind: 'status', status: 409, headers: SOON }, 2],
    ['a body that is cut', { kind: 'cut', at: 'half' }, 2],
    ['rows out of order', { kind: 'rows', change: 'reversed' }, 1],
    ['rows without an index', { kind: 'rows', change: 'no-index' }, 1],
    ['JSON under another type', { kind: 'content-type', as: 'text/plain' }, 1],
    ['base64 that nobody asked for', { kind: 'encoding', as: 'base64' }, 1],
    ['a slow answer', { kind: 'slow', ms: 300 }, 1],
  ])('%s', async (_what, fault, requests) => {
    const lane = openLane(inject('providerUrl'));
    await lane.script([fault]);
    expect(await embed(start(lane))).toEqual(VECTORS);
    expect((await lane.log()).requests).toHaveLength(requests);
  });

  test('floats where base64 was asked for', async () => {
    const lane = openLane(inject('providerUrl'));
    await lane.script([{ kind: 'encoding', as: 'float' }]);
    expect(await embed(start(lane, { encodingFormat: 'base64' }))).toEqual(VECTORS);
  });

  test('a hang, after the time of one attempt', async () => {
    const lane = openLane(inject('providerUrl'));
    await lane.script([{ kind: 'hang', at: 'nothing' }]);
    expect(await embed(start(lane, { timeoutMs: 1000 }))).toEqual(VECTORS);
  });
});

describe('is refused with a typed error, and not tried again:', () => {
  test.each<[what: string, fault: FaultKind, expected: object]>([
    ['400', { kind: 'status', status: 400 }, { name: 'BadRequestError', status: 400 }],
    ['401', { kind: 'status', status: 401 }, { name: 'AuthenticationError', status: 401 }],
    ['403', { kind: 'status', status: 403 }, { name: 'PermissionDeniedError', status: 403 }],
    ['404', { kind: 'status', status: 404 }, { name: 'NotFoundError', status: 404 }],
    ['406', { kind: 'status', status: 406, shape: 'segmind' }, { name: 'InsufficientCreditsError', status: 406 }],
    ['422', { kind: 'status', status: 422, shape: 'fastapi-list' }, { name: 'UnprocessableEntityError', status: 422 }],
    ['one row missing', { kind: 'rows', change: 'missing' }, { code: 'invalid_reply' }],
    ['an index twice', { kind: 'rows', change: 'duplicate-index' }, { code: 'invalid_reply' }],
    ['NaN', { kind: 'rows', change: 'nan' }, { code: 'invalid_reply' }],
    ['null', { kind: 'rows', change: 'null' }, { code: 'invalid_reply' }],
    ['a vector of zeros', { kind: 'rows', change: 'zero' }, { code: 'invalid_reply' }],
    ['widths that differ', { kind: 'rows', change: 'ragged' }, { code: 'invalid_reply' }],
    ['a page with status 200', { kind: 'html' }, { code: 'invalid_reply' }],
    ['a redirect elsewhere', { kind: 'redirect' }, { name: 'APIConnectionError', code: 'redirect_refused' }],
  ])('%s', async (_what, fault, expected) => {
    const lane = openLane(inject('providerUrl'));
    await lane.script([fault]);
    const error = await catchRejection(embed(start(lane)));
    expect(error).toBeInstanceOf(EmbeddingError);
    expect(error).toMatchObject(expected);
    const { requests, redirected } = await lane.log();
    expect([requests.length, redirected]).toEqual([1, 0]);
    // A redirect tells a page nothing.
    if (fault.kind !== 'redirect') expect((error as EmbeddingError).requestId).toBe(requests[0]?.requestId);
  });
});

test('a provider that never answers costs one time limit, not one for each call', async () => {
  const lane = openLane(inject('providerUrl'));
  await lane.script([{ kind: 'hang', at: 'nothing', times: 'always' }]);
  const client = start(lane, { timeoutMs: 500, maxRetries: 0 });
  expect(await catchRejection(embed(client))).toMatchObject({ code: 'timeout' });
  for (let call = 0; call < 5; call++)
    expect(await catchRejection(embed(client))).toMatchObject({ code: 'provider_resting' });
  expect((await lane.log()).requests).toHaveLength(1);
});

test('an abort ends the wait for the next attempt, and the request under way', async () => {
  const lane = openLane(inject('providerUrl'));
  await lane.script([{ kind: 'status', status: 503, headers: { 'retry-after': '30' } }]);
  const controller = new AbortController();
  const call = catchRejection(start(lane).embeddings.create({ input: 'a' }, { signal: controller.signal }));
  await expect.poll(async () => (await lane.log()).requests.length).toBe(1);
  controller.abort(new Error('stopped'));
  expect(await call).toMatchObject({ message: 'stopped' });
});
