import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { PLATFORM } from '../../../../../src/targets/remote/http/platform.js';
import { catchRejection } from '../../../../support/catch-error.js';
import { createSender, serve } from './sender.js';
import { sendJson, startServer, type Handler } from '../support.js';

describe('no answer', () => {
  test('is tried again when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { send, clock } = createSender(`http://127.0.0.1:${String(port)}`);
    const error = await catchRejection(send());
    expect(error).toMatchObject({ name: 'APIConnectionError', code: 'connection_failed', retryable: true });
    expect(clock.waits).toEqual([500, 1000]);
  });

  test('is tried again when the connection ends early', async () => {
    const { send, count } = await serve((_request, response, index) => {
      if (index === 0) response.destroy();
      else sendJson(response, { ok: 1 });
    });
    expect(await send()).toEqual({ body: { ok: 1 } });
    expect(count()).toBe(2);
  });

  test('is tried again when the answer breaks off', async () => {
    const { send, count } = await serve((_request, response, index) => {
      if (index > 0) {
        sendJson(response, { ok: 1 });
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"data": [', () => response.destroy());
    });
    expect(await send()).toEqual({ body: { ok: 1 } });
    expect(count()).toBe(2);
  });

  test('says that every answer broke off', async () => {
    const { send } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => response.destroy());
    });
    expect(String(await catchRejection(send()))).toContain('it broke off');
  });

  test.each<[what: string, handler: Handler]>([
    ['no answer begins', () => undefined],
    ['an answer begins and never ends', (_request, response) => void response.writeHead(200).write('{')],
  ])('ends by the time limit of each attempt when %s', async (_what, handler) => {
    const { send, sent } = await serve(handler, { timeoutMs: 50, maxRetries: 1 });
    const error = await catchRejection(send());
    expect(error).toMatchObject({ name: 'APIConnectionTimeoutError', code: 'timeout', canFallBack: true });
    expect(sent).toHaveLength(2);
  });
});

describe('an abort', () => {
  test("ends a request with the caller's reason", async () => {
    const controller = new AbortController();
    const { send } = await serve(() => {
      controller.abort('enough');
    });
    expect(await catchRejection(send({}, controller.signal))).toBe('enough');
  });

  test('ends the wait before another try', async () => {
    const controller = new AbortController();
    const server = await startServer((_request, response) => {
      sendJson(response, {}, 429, { 'retry-after': '60' });
    });
    const { send } = createSender(
      server.origin,
      {},
      {
        sleep: (durationMs, signal) => {
          const waiting = PLATFORM.sleep(durationMs, signal);
          controller.abort('enough');
          return waiting;
        },
      },
    );
    expect(await catchRejection(send({}, controller.signal))).toBe('enough');
    expect(server.requests).toHaveLength(1);
  });

  test('before the start sends nothing', async () => {
    const { send, count, sent } = await serve((_request, response) => {
      sendJson(response, {});
    });
    expect(await catchRejection(send({}, AbortSignal.abort('early')))).toBe('early');
    expect([count(), sent.length]).toEqual([0, 0]);
  });

  test('while the key is asked for sends nothing', async () => {
    const controller = new AbortController();
    const { send, count } = await serve(
      (_request, response) => {
        sendJson(response, {});
      },
      {
        apiKey: () => {
          controller.abort('enough');
          return new Promise(() => undefined);
        },
      },
    );
    expect(await catchRejection(send({}, controller.signal))).toBe('enough');
    expect(count()).toBe(0);
  });
});
