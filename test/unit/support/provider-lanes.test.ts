/** Sockets that close or hang, redirects, which requests a fault takes, and what a lane remembers. */
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLane } from '../../support/provider-lane.js';
import { startProviderServer, type ProviderServer } from '../../support/provider-server/start.js';
import { expectedVector } from '../../support/provider-server/vector.js';
import type { Lane } from '../../support/provider-server/wire.js';
import { catchRejection } from '../../support/catch-error.js';
import { bearer, postJson, xApiKey, type JsonAnswer } from './post-json.js';

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
function embed(input: readonly string[] = ['a', 'b'], signal?: AbortSignal): Promise<JsonAnswer> {
  return postJson(`${lane.url}/v1/embeddings`, bearer(), { model: 'm', input }, signal);
}

/** The indices and vectors of an answer. */
function rowsOf({ json }: JsonAnswer): readonly (readonly [index: unknown, embedding: unknown])[] {
  const { data } = json as { readonly data: readonly { readonly index: unknown; readonly embedding: unknown }[] };
  return data.map(({ index, embedding }) => [index, embedding]);
}

describe('the socket', () => {
  test.each(['nothing', 'head', 'half'] as const)('closes after %s', async (at) => {
    await lane.script([{ kind: 'cut', at }]);
    const got = await receiveRaw();
    expect(got).toEqual({ head: at !== 'nothing', body: at === 'half', whole: false });
    await expect(embed()).resolves.toMatchObject({ status: 200 });
    expect((await lane.log()).requests[0]).toMatchObject({ fault: 'cut', outcome: 'cut' });
  });

  test('rejects a fetch whose body breaks off', async () => {
    await lane.script([{ kind: 'cut' }]);
    expect(await catchRejection(embed())).toBeInstanceOf(TypeError);
  });

  test.each(['nothing', 'head', 'half'] as const)('hangs after %s until the client leaves', async (at) => {
    await lane.script([{ kind: 'hang', at }]);
    const controller = new AbortController();
    const pending = catchRejection(embed(['a'], controller.signal));
    await expect.poll(async () => (await lane.log()).requests).toMatchObject([{ outcome: 'pending' }]);
    controller.abort('enough');
    expect(await pending).toBe('enough');
    await expect.poll(async () => (await lane.log()).requests).toMatchObject([{ outcome: 'client-left' }]);
  });

  test.each(['all', 'body'] as const)('is slow with %s of a right answer', async (part) => {
    await lane.script([{ kind: 'slow', ms: 5, part }]);
    expect(rowsOf(await embed())).toHaveLength(2);
    expect((await lane.log()).requests).toMatchObject([{ fault: 'slow' }]);
  });

  /** What arrives of an answer, seen from below `fetch`. */
  function receiveRaw(): Promise<{ readonly head: boolean; readonly body: boolean; readonly whole: boolean }> {
    return new Promise((resolve) => {
      const seen = { head: false, body: false, whole: false };
      const headers = { ...bearer(), 'content-type': 'application/json' };
      const outgoing = request(`${lane.url}/v1/embeddings`, { method: 'POST', headers, agent: false }, (incoming) => {
        seen.head = true;
        incoming.on('data', () => {
          seen.body = true;
        });
        incoming.on('error', () => undefined);
        incoming.on('close', () => {
          resolve({ ...seen, whole: incoming.complete });
        });
      });
      outgoing.on('error', () => {
        if (!seen.head) resolve(seen);
      });
      outgoing.end(JSON.stringify({ model: 'm', input: 'a' }));
    });
  }
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308] as const)('leads with %i to another origin, which is watched', async (status) => {
    await lane.script([{ kind: 'redirect', status }]);
    const { status: actual, headers } = await embed();
    const location = headers.get('location') ?? '';
    expect([actual, new URL(location).origin]).toEqual([status, server.redirectOrigin]);
    expect((await lane.log()).redirected).toBe(0);
    expect((await postJson(location, {}, { model: 'm', input: 'a' })).status).toBe(200);
    expect((await lane.log()).redirected).toBe(1);
  });
});

describe('faults', () => {
  test('take only the requests they are for', async () => {
    await lane.script([
      { kind: 'status', status: 500, path: '/v2/', times: 'always' },
      { kind: 'status', status: 501, method: 'GET' },
      { kind: 'status', status: 502, text: 'quoted "text"' },
      { kind: 'job', ends: 'FAILED' },
    ]);
    expect((await embed(['a'])).status).toBe(200);
    expect((await embed(['a', 'some quoted "text"'])).status).toBe(502);
    const job = await postJson(`${lane.url}/v2/text-embedding-3-small`, xApiKey(), { prompt: 'a' });
    expect(job.status).toBe(500);
    expect((await lane.log()).faultsLeft).toBe(3);
  });

  test('let some requests through first and last as long as told', async () => {
    await lane.script([{ kind: 'status', status: 503, after: 1, times: 2 }]);
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await embed()).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  test('strike by chance, the same way each time', async () => {
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      await lane.reset();
      await lane.script([{ kind: 'status', status: 503, times: 'always', probability: 1 / 3, seed: 7 }]);
      const statuses = [];
      for (let count = 0; count < 60; count += 1) statuses.push((await embed()).status);
      runs.push(statuses);
    }
    expect(runs[0]).toEqual(runs[1]);
    const failures = runs[0]?.filter((status) => status === 503).length ?? 0;
    expect([failures > 10, failures < 30]).toEqual([true, true]);
  });
});

describe('a lane', () => {
  test('logs what came, the key only as right or wrong', async () => {
    await embed(['a', 'b']);
    await postJson(
      `${lane.url}/v1/embeddings?x=1`,
      { authorization: 'Bearer sk-wrong' },
      { model: 'm', input: [1, 2] },
    );
    await postJson(`${lane.url}/v1/gemini-embedding-001`, xApiKey(), { input: 'a' });
    const { requests, preflights } = await lane.log();
    expect(requests).toMatchObject([
      { method: 'POST', path: '/v1/embeddings', keyMatches: true, texts: 2, body: { input: ['a', 'b'] } },
      { path: '/v1/embeddings?x=1', keyMatches: false, texts: 1 },
      { path: '/v1/gemini-embedding-001', keyMatches: true, texts: 1 },
    ]);
    expect(requests[0]?.headers).toEqual(expect.arrayContaining(['authorization', 'content-type']));
    expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(3);
    expect(preflights).toBe(0);
    expect(JSON.stringify(requests)).not.toContain('sk-');
  });

  test('shares nothing with another lane', async () => {
    const other = server.lane();
    await other.script([{ kind: 'status', status: 500 }], { width: 3 });
    expect(rowsOf(await embed(['a']))).toEqual([[0, expectedVector('a')]]);
    expect((await other.log()).requests).toEqual([]);
  });

  test('is forgotten when reset', async () => {
    await lane.script([{ kind: 'status', status: 500 }], { width: 3 });
    await embed();
    await lane.script([{ kind: 'status', status: 500 }]);
    await lane.reset();
    expect(await lane.log()).toEqual({ requests: [], preflights: 0, redirected: 0, faultsLeft: 0 });
    expect(rowsOf(await embed(['a']))).toEqual([[0, expectedVector('a')]]);
  });

  test('is spoken to over HTTP in the same way', async () => {
    const remote = openLane(server.origin);
    await remote.script([{ kind: 'status', status: 418 }], { width: 3 });
    const url = `${remote.url}/v1/embeddings`;
    expect((await postJson(url, bearer(), { model: 'm', input: 'a' })).status).toBe(418);
    const answered = await postJson(url, bearer(), { model: 'm', input: 'a' });
    expect(rowsOf(answered)).toEqual([[0, expectedVector('a', 3)]]);
    expect((await remote.log()).requests).toMatchObject([{ fault: 'status' }, { texts: 1 }]);
    await remote.reset();
    expect((await remote.log()).requests).toEqual([]);
  });
});

describe('another origin', () => {
  test('is allowed by preflight, with the headers these APIs need', async () => {
    const response = await fetch(`${lane.url}/v1/embeddings`, {
      method: 'OPTIONS',
      headers: { origin: 'http://page.invalid', 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, x-api-key, content-type');
    expect(await lane.log()).toMatchObject({ requests: [], preflights: 1 });
  });

  test('may read the answer and its headers unless scripted', async () => {
    await lane.script([
      { kind: 'status', status: 400 },
      { kind: 'status', status: 400, cors: false },
    ]);
    const [open, closed] = [await embed(), await embed()];
    expect(open.headers.get('access-control-allow-origin')).toBe('*');
    expect(open.headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after, retry-after-ms');
    expect(closed.headers.get('access-control-allow-origin')).toBeNull();
  });
});
