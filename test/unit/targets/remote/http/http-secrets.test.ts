import { describe, expect, test } from 'vitest';
import { catchRejection } from '../../../../support/catch-error.js';
import { createSender, KEY, serve, TEXT } from './sender.js';
import { sendJson, showAll, startServer, type Handler } from '../support.js';

describe('a key from a function', () => {
  test('is asked for before each try', async () => {
    let asked = 0;
    const server = await startServer((_request, response, index) => {
      sendJson(response, {}, index < 2 ? 500 : 200);
    });
    const { send } = createSender(server.origin, { apiKey: () => Promise.resolve(`token-${String((asked += 1))}`) });
    await send();
    expect(server.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['token-1', 'token-2', 'token-3']);
  });

  test.each<[what: string, apiKey: () => string | Promise<string>, code: string]>([
    ['throws', () => { throw new TypeError(`no ${KEY}`); }, 'authentication_failed'], // prettier-ignore
    ['rejects', () => Promise.reject(new Error(KEY)), 'authentication_failed'],
    ['never answers', () => new Promise<string>(() => undefined), 'authentication_failed'],
    ['gives nothing', () => '', 'invalid_value'],
    ['gives what no header can hold', () => `${KEY}\n`, 'invalid_value'],
    ['gives an object', () => ({ key: KEY }) as unknown as string, 'invalid_type'],
  ])('that %s rejects, and nothing is sent', async (_what, apiKey, code) => {
    const { send, count, sent } = await serve(
      (_request, response) => {
        sendJson(response, {});
      },
      { apiKey, timeoutMs: 50 },
    );
    const error = await catchRejection(send());
    expect(error).toMatchObject({ code });
    expect(showAll(error)).not.toContain(KEY);
    expect([count(), sent.length]).toEqual([0, 0]);
  });
});

describe('no error', () => {
  const echo = `bad key ${KEY} for '${TEXT}', begins ${TEXT.slice(0, 28)}, ${KEY.slice(0, 14)}`;
  test.each<[what: string, handler: Handler]>([
    [
      'a JSON error',
      (_request, response) => {
        sendJson(response, { error: { message: echo } }, 400);
      },
    ],
    ['an error in text', (_request, response) => void response.writeHead(400).end(echo)],
    [
      'the id of the request',
      (_request, response) => {
        sendJson(response, {}, 400, { 'x-request-id': KEY });
      },
    ],
    [
      'the last of several answers',
      (_request, response) => {
        sendJson(response, { detail: echo }, 500);
      },
    ],
    ['other text with 200', (_request, response) => void response.writeHead(200).end(echo)],
    ['the address of a redirect', (_request, response) => void response.writeHead(302, { location: `/${KEY}` }).end()],
    ['an answer that breaks off', (_request, response) => void response.destroy()],
  ])('repeats the key or a text of %s', async (_what, handler) => {
    const { send } = await serve(handler);
    const shown = showAll(await catchRejection(send()));
    expect(shown).not.toMatch(/sk-test|Abcd1234|diary|Tuesday|nobody/);
  });

  test('has a cause that could hold the request', async () => {
    const { send } = createSender(
      'http://h',
      {},
      { fetch: () => Promise.reject(new TypeError(`Headers.append: "${KEY}" is invalid`)) },
    );
    const error = await catchRejection(send());
    expect(error).toMatchObject({ code: 'connection_failed' });
    expect(showAll(error)).not.toContain(KEY);
    expect(error).not.toHaveProperty('cause');
  });

  test('keeps a failure that came with 200 to itself', async () => {
    const { send } = await serve((_request, response) => {
      sendJson(response, { error: { message: `no room for '${TEXT}'` } });
    });
    expect(await send()).toMatchObject({ detail: "no room for '[…]'" });
  });
});
