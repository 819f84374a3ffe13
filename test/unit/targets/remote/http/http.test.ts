import { describe, expect, test } from 'vitest';
import type { SentTexts } from '../../../../../src/contract/provider.js';
import { Http } from '../../../../../src/targets/remote/http/http.js';
import { catchRejection } from '../../../../support/catch-error.js';
import { createSender, KEY, serve, TEXT } from './sender.js';
import { createClock, NEVER, OPEN_PASS, sendJson, showAll, startServer } from '../support.js';

describe('a request', () => {
  test('carries JSON and the key, and nothing of the page', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { ok: 1 }, 200, { 'x-request-id': 'req_1' });
    });
    const { send, sent } = createSender(server.origin);
    expect(await send()).toEqual({ body: { ok: 1 }, requestId: 'req_1' });
    const [seen] = server.requests;
    expect(seen).toMatchObject({ method: 'POST', path: '/embed', body: { input: TEXT } });
    expect(seen?.headers).toMatchObject({ 'x-api-key': KEY, 'content-type': 'application/json' });
    expect(seen?.headers).not.toHaveProperty('cookie');
    expect(seen?.headers).not.toHaveProperty('referer');
    expect(sent).toEqual([{ texts: 1, bytes: 55 }]);
  });

  test('sends U+FFFD for half an emoji, wherever it stands in the body', async () => {
    let raw = '';
    const { send } = createSender(
      'http://h',
      {},
      {
        fetch: (_url, init) => {
          raw = init.body as string;
          return Promise.resolve(new Response('{}'));
        },
      },
    );
    await send({ body: { input: ['party \ud83c', 'whole 🎉'], prompt: '\udf89', nested: [{ task: '\ud83c\ud83c' }] } });
    expect(raw).not.toMatch(/\\ud[89a-f]/i);
    expect(JSON.parse(raw)).toEqual({
      input: ['party \ufffd', 'whole 🎉'],
      prompt: '\ufffd',
      nested: [{ task: '\ufffd\ufffd' }],
    });
  });

  test('forbids redirects, cookies, referrers and caching', async () => {
    let init: RequestInit | undefined;
    const { send } = createSender(
      'http://h',
      {},
      {
        fetch: (_url, given) => {
          init = given;
          return Promise.resolve(new Response('{}'));
        },
      },
    );
    await send();
    expect(init).toMatchObject({
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
    });
  });

  test('asks by GET without a body, and counts nothing as sent', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, {});
    });
    const sent: SentTexts[] = [];
    const clock = createClock();
    const settings = { host: 'h', apiKey: undefined, keyHeaders: () => ({}), timeoutMs: 20_000, maxRetries: 0 };
    const http = new Http({ ...settings, onSend: (texts) => sent.push(texts) }, clock);
    await http.send({ url: server.origin }, { signal: NEVER, pass: OPEN_PASS });
    expect([server.requests[0]?.method, sent.length]).toEqual(['GET', 0]);
    expect(server.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });

  test('has its JSON read whatever type the server calls it', async () => {
    const { send } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(' [1, 2]\n');
    });
    expect(await send()).toEqual({ body: [1, 2] });
  });
});

describe('an answer of another status', () => {
  test.each<[status: number, code: string]>([
    [400, 'bad_request'],
    [401, 'authentication_failed'],
    [403, 'permission_denied'],
    [404, 'not_found'],
    [406, 'insufficient_credits'],
    [413, 'bad_request'],
    [422, 'unprocessable'],
    [501, 'server_error'],
  ])('%d rejects at once', async (status, code) => {
    const { send, count } = await serve((_request, response) => {
      sendJson(response, { error: { message: 'why' } }, status, { 'x-request-id': 'req_1' });
    });
    expect(await catchRejection(send())).toMatchObject({ code, status, detail: 'why', requestId: 'req_1' });
    expect(count()).toBe(1);
  });

  test.each<[status: number, code: string]>([
    [408, 'timeout'],
    [409, 'conflict'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [502, 'server_error'],
    [504, 'server_error'],
  ])('%d is tried again twice, with longer waits, and each try is counted', async (status, code) => {
    const { send, count, clock, sent } = await serve((_request, response) => {
      sendJson(response, { detail: 'busy' }, status);
    });
    expect(await catchRejection(send())).toMatchObject({ code, status, detail: 'busy' });
    expect([count(), sent.length, clock.waits]).toEqual([3, 3, [500, 1000]]);
  });

  test('gives way to a good one', async () => {
    const { send, clock } = await serve((_request, response, index) => {
      if (index === 0) sendJson(response, {}, 429, { 'retry-after': '7' });
      else sendJson(response, { ok: 1 });
    });
    expect(await send()).toEqual({ body: { ok: 1 } });
    expect(clock.waits).toEqual([7000]);
  });

  test('waits until the date that the server names', async () => {
    const clockAtStart = createClock().now();
    const { send, clock } = await serve((_request, response, index) => {
      const date = new Date(clockAtStart + 9000).toUTCString();
      if (index === 0) sendJson(response, {}, 503, { 'retry-after': date });
      else sendJson(response, {});
    });
    await send();
    expect(clock.waits).toEqual([9000]);
  });

  test('rejects at once when the server asks for more than a minute', async () => {
    const { send, count } = await serve((_request, response) => {
      sendJson(response, {}, 429, { 'retry-after': '3600' });
    });
    expect(await catchRejection(send())).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(count()).toBe(1);
  });

  test('is sent once when it may have been accepted', async () => {
    const { send, count } = await serve((_request, response) => {
      sendJson(response, {}, 500);
    });
    await catchRejection(send({ retry: 'unaccepted' }));
    expect(count()).toBe(1);
  });

  test.each([301, 302, 303, 307, 308])('%d is not followed', async (status) => {
    const other = await startServer((_request, response) => {
      sendJson(response, {});
    });
    const { send, count } = await serve((_request, response) => {
      response.writeHead(status, { location: `${other.origin}/steal` }).end();
    });
    const error = await catchRejection(send());
    expect(error).toMatchObject({ name: 'APIConnectionError', code: 'redirect_refused' });
    expect([count(), other.requests.length]).toEqual([1, 0]);
  });

  test('without a status, as browsers hide a redirect, is not followed', async () => {
    const hidden = { status: 0, type: 'opaqueredirect', headers: new Headers(), text: () => Promise.resolve('') };
    const { send } = createSender('http://h', {}, { fetch: () => Promise.resolve(hidden as unknown as Response) });
    expect(await catchRejection(send())).toMatchObject({ code: 'redirect_refused' });
  });
});

describe('an answer that is no JSON', () => {
  test.each([
    ['a page of HTML', '<!doctype html><h1>Welcome</h1>', 'a page of HTML'],
    ['an empty body', '', 'an empty body'],
    ['half of it', '{"data": [', 'other text'],
  ])('is refused without another try: %s', async (_what, body, came) => {
    const { send, count } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(body);
    });
    const error = await catchRejection(send());
    expect(error).toMatchObject({ code: 'invalid_reply', canFallBack: true });
    expect(String(error)).toContain(came);
    expect(count()).toBe(1);
  });

  test('leaves the HTML of a proxy out of the error', async () => {
    const { send } = await serve((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>Bad gateway nginx</h1></html>');
    });
    const error = await catchRejection(send());
    expect(error).toMatchObject({ code: 'server_error', status: 502, detail: undefined });
    expect(showAll(error)).not.toContain('nginx');
  });
});
