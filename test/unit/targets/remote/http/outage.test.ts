/** A server that is away for a moment is waited for, where nobody else can answer. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProviderRows } from '../../../../../src/contract/provider.js';
import { createProvider } from '../../../../../src/targets/remote/http/create-provider.js';
import { createListApi } from '../../../../../src/targets/remote/vendors/list-api.js';
import { readOptions, type ProviderOptions } from '../../../../../src/targets/remote/http/read-options.js';
import { catchRejection } from '../../../../support/catch-error.js';
import { createClock, listReply, NEVER, sendJson } from '../support.js';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Answers on the port, or on any. */
async function listen(port = 0): Promise<number> {
  const server = createServer((_request, response) => {
    response.setHeader('connection', 'close');
    sendJson(response, listReply(['a']));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port nobody listens on. */
async function findPort(): Promise<number> {
  const port = await listen();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

interface Asked {
  readonly embed: (isLastResort: boolean, signal?: AbortSignal) => Promise<ProviderRows>;
  readonly waits: readonly number[];
}

/** A provider at a port, on a clock that doesn't wait; the server comes back after so many milliseconds of it. */
function ask(
  port: number,
  backAfterMs = Infinity,
  options: Partial<ProviderOptions> = {},
  onWait: () => void = () => undefined,
): Asked {
  const clock = createClock();
  const start = clock.now();
  let isBack = false;
  const sleep = async (durationMs: number, signal: AbortSignal): Promise<void> => {
    onWait();
    await clock.sleep(durationMs, signal);
    if (isBack || clock.now() - start < backAfterMs) return;
    isBack = true;
    await listen(port);
  };
  const baseURL = `http://127.0.0.1:${String(port)}`;
  const rules = { id: 'test', name: 'test', others: {}, requiresKey: false };
  const settings = readOptions({ baseURL, model: 'm', ...options }, rules);
  const limits = { maxInputs: 32, maxTokens: 1000 };
  const api = createListApi({ url: `${baseURL}/embeddings`, model: 'm', limits, takesTokens: true });
  const target = createProvider(api, settings, { ...clock, sleep }).connect({ onSend: () => undefined });
  return {
    waits: clock.waits,
    embed: (isLastResort, signal = NEVER) => target.embed({ inputs: ['a'] }, { signal, isLastResort }),
  };
}

describe('a server that takes no connection', () => {
  test('is waited for over half a minute, with waits that stay short', async () => {
    const { embed, waits } = ask(await findPort(), 30_000);
    expect((await embed(true)).dimensions).toBe(2);
    expect(Math.max(...waits)).toBe(4_000);
  });

  test('is given up after three quarters of a minute', async () => {
    const { embed, waits } = ask(await findPort());
    expect(await catchRejection(embed(true))).toMatchObject({ code: 'connection_failed' });
    const waited = waits.reduce((sum, wait) => sum + wait, 0);
    expect([waited > 40_000, waited <= 45_000]).toEqual([true, true]);
  });

  test.each<[what: string, isLastResort: boolean, maxRetries: number, waits: number[]]>([
    ['another target can answer', false, 2, [500, 1000]],
    ['the app wants no retries', true, 0, []],
  ])('is not waited for when %s', async (_what, isLastResort, maxRetries, expected) => {
    const { embed, waits } = ask(await findPort(), 30_000, { maxRetries });
    expect(await catchRejection(embed(isLastResort))).toMatchObject({ code: 'connection_failed' });
    expect(waits).toEqual(expected);
  });

  test('makes nobody rest who waits it out: later calls are answered', async () => {
    const { embed } = ask(await findPort(), 30_000);
    await Promise.all([1, 2, 3, 4, 5].map(() => embed(true)));
    expect((await embed(false)).dimensions).toBe(2);
  });

  test("is waited for no longer than the caller's signal says", async () => {
    const controller = new AbortController();
    const { embed, waits } = ask(await findPort(), 30_000, {}, () => {
      if (waits.length === 4) controller.abort('enough');
    });
    expect(await catchRejection(embed(true, controller.signal))).toBe('enough');
    expect(waits).toHaveLength(5);
  });
});
