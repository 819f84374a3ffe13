/** A page speaks to the provider server as to any other origin. */
import { describe, expect, inject, test } from 'vitest';
import { expectedVector, LANE_KEY, openLane } from '../support/provider-lane.js';

const KEY = { authorization: `Bearer ${LANE_KEY}` };

function post(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Response> {
  const init: RequestInit = { method: 'POST', redirect: 'manual', body: JSON.stringify(body) };
  return fetch(url, { ...init, headers: { ...headers, 'content-type': 'application/json' } });
}

describe('a lane', () => {
  test.each([
    ['v1/embeddings', KEY, { model: 'm', input: 'a' }],
    ['api/v3/inference/embeddings', KEY, { model: 'm', input: 'a' }],
    ['v1/text-embedding-3-small', { 'x-api-key': LANE_KEY }, { prompt: 'a' }],
  ])('answers %s after a preflight', async (path, headers, body) => {
    const lane = openLane(inject('providerUrl'));
    const response = await post(`${lane.url}/${path}`, headers, body);
    expect(await response.json()).toMatchObject({ data: [{ embedding: expectedVector('a') }] });
    expect(response.headers.get('x-request-id')).toBe('req_1');
    const { requests, preflights } = await lane.log();
    expect([requests.length, preflights]).toEqual([1, 1]);
    expect(requests).toMatchObject([{ keyMatches: true, texts: 1 }]);
  });

  test('lets a page read how long to wait', async () => {
    const lane = openLane(inject('providerUrl'));
    await lane.script([{ kind: 'status', status: 429, headers: { 'retry-after': '3', 'retry-after-ms': '2500' } }]);
    const { status, headers } = await post(`${lane.url}/v1/embeddings`, KEY, { model: 'm', input: 'a' });
    expect([status, headers.get('retry-after'), headers.get('retry-after-ms')]).toEqual([429, '3', '2500']);
  });

  test('hides an answer without CORS, and an answer that breaks off', async () => {
    const lane = openLane(inject('providerUrl'));
    await lane.script([{ kind: 'status', status: 401, cors: false }, { kind: 'cut' }]);
    const ask = async (): Promise<string> => {
      const response = await post(`${lane.url}/v1/embeddings`, KEY, { model: 'm', input: 'a' });
      return response.text();
    };
    await expect(ask()).rejects.toThrow(TypeError);
    await expect(ask()).rejects.toThrow(TypeError);
  });

  test('has a redirect to another origin, of which a page sees nothing', async () => {
    const lane = openLane(inject('providerUrl'));
    await lane.script([{ kind: 'redirect' }]);
    const { type, status } = await post(`${lane.url}/v1/embeddings`, KEY, { model: 'm', input: 'a' });
    expect([type, status]).toEqual(['opaqueredirect', 0]);
    expect((await lane.log()).redirected).toBe(0);
    await fetch(lane.url.replace(inject('providerUrl'), inject('redirectTargetUrl')) + '/v1/models');
    expect((await lane.log()).redirected).toBe(1);
  });
});
