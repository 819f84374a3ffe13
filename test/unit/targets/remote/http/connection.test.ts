import { describe, expect, test } from 'vitest';
import type { Provider, ProviderRequest, ProviderRows } from '../../../../../src/contract/provider.js';
import { createProvider } from '../../../../../src/targets/remote/http/create-provider.js';
import { createListApi } from '../../../../../src/targets/remote/vendors/list-api.js';
import { readOptions, type ProviderOptions } from '../../../../../src/targets/remote/http/read-options.js';
import { openaiCompatible, segmind } from '../../../../../src/targets/remote/vendors/index.js';
import { createDeferred } from '../../../../../src/util/deferred.js';
import { catchRejection } from '../../../../support/catch-error.js';
import { connect, createClock, listReply, NEVER, sendJson, startServer, vectorOf, type Handler } from '../support.js';

const ANSWER: Handler = (request, response) => {
  sendJson(response, listReply(request.body['input']));
};

/** Texts of the lengths 1, 2, 3 … */
function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => 'x'.repeat(index + 1));
}

function vectorsOf(inputs: readonly unknown[]): Float32Array {
  return Float32Array.from(inputs.flatMap(vectorOf));
}

function embed(provider: Provider, request: ProviderRequest, signal = NEVER): Promise<ProviderRows> {
  return connect(provider).target.embed(request, { signal });
}

/** A provider whose clock is the test's. */
function createTimed(
  baseURL: string,
  options: Partial<ProviderOptions> = {},
): [Provider, ReturnType<typeof createClock>] {
  const rules = { id: 'openai-compatible', name: 'openaiCompatible', others: {}, requiresKey: false };
  const settings = readOptions({ model: 'tiny', baseURL, maxRetries: 0, ...options }, rules);
  const limits = { maxInputs: 1, maxTokens: 100 };
  const clock = createClock();
  const api = createListApi({ url: `${baseURL}/embeddings`, model: 'tiny', limits, takesTokens: true });
  return [createProvider(api, settings, clock), clock];
}

describe('a call in several requests', () => {
  test('has all rows in the order of its inputs, whichever answer comes first', async () => {
    const held: (() => void)[] = [];
    const server = await startServer((request, response) => {
      const answer = (): void => {
        sendJson(response, listReply(request.body['input']));
      };
      // The first two wait for the third.
      if (held.push(answer) === 3) for (const send of held.splice(0).reverse()) send();
    });
    const inputs = texts(6);
    const provider = openaiCompatible({ baseURL: server.origin, model: 'tiny', maxInputs: 2, maxConcurrency: 3 });
    const { target, sent } = connect(provider);
    const completed: number[] = [];
    const rows = await target.embed({ inputs }, { signal: NEVER, onProgress: (count) => completed.push(count) });
    expect(rows).toEqual({ vectors: vectorsOf(inputs), dimensions: 2, totalTokens: 6 });
    expect(completed).toEqual([2, 4, 6]);
    expect(sent.map(({ texts: count }) => count)).toEqual([2, 2, 2]);
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(21);
  });

  test('has no more under way than allowed, over all calls', async () => {
    let underWay = 0;
    let most = 0;
    const server = await startServer((request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        sendJson(response, listReply(request.body['input']));
      }, 5);
    });
    const { target } = connect(
      openaiCompatible({ baseURL: server.origin, model: 'tiny', maxInputs: 1, maxConcurrency: 2 }),
    );
    await Promise.all([1, 2, 3].map(() => target.embed({ inputs: texts(4) }, { signal: NEVER })));
    expect([most, server.requests.length]).toEqual([2, 12]);
  });

  test('is ended by its first failure, without waiting for the others', async () => {
    const isClosed = createDeferred<undefined>();
    const server = await startServer((request, response) => {
      if (request.body['prompt'] === 'xx') sendJson(response, { error: 'no' }, 400);
      else response.on('close', () => { isClosed.resolve(undefined); }); // prettier-ignore
    });
    const provider = segmind({
      baseURL: server.origin,
      model: 'text-embedding-3-small',
      apiKey: 'k',
      maxConcurrency: 2,
    });
    expect(await catchRejection(embed(provider, { inputs: texts(5) }))).toMatchObject({ code: 'bad_request' });
    await isClosed.promise;
    expect(server.requests).toHaveLength(2);
  });

  test('has one width, or it is refused', async () => {
    const server = await startServer((_request, response, index) => {
      sendJson(response, { data: [{ embedding: index === 0 ? [1, 2] : [1, 2, 3] }] });
    });
    const provider = openaiCompatible({ baseURL: server.origin, model: 'tiny', maxInputs: 1, maxConcurrency: 1 });
    expect(await catchRejection(embed(provider, { inputs: texts(2) }))).toMatchObject({ code: 'invalid_reply' });
  });

  test('tells no token count when one answer has none', async () => {
    const server = await startServer((request, response, index) => {
      sendJson(response, { ...listReply(request.body['input']), ...(index === 1 && { usage: null }) });
    });
    const rows = await embed(openaiCompatible({ baseURL: server.origin, model: 'tiny', maxInputs: 1 }), {
      inputs: texts(3),
    });
    expect(rows).not.toHaveProperty('totalTokens');
  });

  test('is halved until the server takes it', async () => {
    const server = await startServer((request, response) => {
      const inputs = request.body['input'] as string[];
      if (inputs.length > 2) sendJson(response, { error: 'batch size 7 > maximum allowed batch size 2' }, 413);
      else sendJson(response, listReply(inputs));
    });
    const inputs = texts(7);
    const rows = await embed(openaiCompatible({ baseURL: server.origin, model: 'tiny' }), { inputs });
    expect(rows.vectors).toEqual(vectorsOf(inputs));
    expect(rows.totalTokens).toBe(7);
  });

  test('is refused when one input alone is too large', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { error: 'too large' }, 413);
    });
    const error = await catchRejection(
      embed(openaiCompatible({ baseURL: server.origin, model: 'tiny' }), { inputs: texts(4) }),
    );
    expect(error).toMatchObject({ code: 'bad_request', status: 413 });
    expect(server.requests).toHaveLength(3);
  });
});

describe('the end of a call', () => {
  test("comes with the caller's reason, for all its requests", async () => {
    const controller = new AbortController();
    const server = await startServer((_request, _response, index) => {
      if (index === 1) controller.abort('enough');
    });
    const provider = openaiCompatible({ baseURL: server.origin, model: 'tiny', maxInputs: 1, maxConcurrency: 2 });
    expect(await catchRejection(embed(provider, { inputs: texts(5) }, controller.signal))).toBe('enough');
    expect(server.requests).toHaveLength(2);
  });

  test('comes by dispose(), for those to come too', async () => {
    const arrived = createDeferred<undefined>();
    const server = await startServer(() => {
      arrived.resolve(undefined);
    });
    const { target } = connect(openaiCompatible({ baseURL: server.origin, model: 'tiny' }));
    const call = catchRejection(target.embed({ inputs: ['a'] }, { signal: NEVER }));
    await arrived.promise;
    target.dispose();
    expect(await call).toMatchObject({ code: 'disposed' });
    const next = await catchRejection(target.embed({ inputs: ['a'] }, { signal: NEVER }));
    expect(next).toMatchObject({ code: 'disposed' });
  });

  test('is not delayed by a progress callback that throws', async () => {
    const reported: unknown[] = [];
    const before = globalThis.reportError as typeof globalThis.reportError | undefined;
    globalThis.reportError = (error) => reported.push(error);
    const server = await startServer(ANSWER);
    const { target } = connect(openaiCompatible({ baseURL: server.origin, model: 'tiny' }));
    const onProgress = (): void => {
      throw new Error('mine');
    };
    await expect(target.embed({ inputs: ['a'] }, { signal: NEVER, onProgress })).resolves.toBeDefined();
    expect(reported).toHaveLength(1);
    if (before) globalThis.reportError = before;
  });
});

describe('a provider that is down', () => {
  test('is left alone after three calls, and asked again by one after its rest', async () => {
    let isUp = false;
    const server = await startServer((request, response, index) => {
      if (isUp) ANSWER(request, response, index);
      else sendJson(response, {}, 500);
    });
    const [provider, clock] = createTimed(server.origin);
    const { target, sent } = connect(provider);
    const call = (): Promise<ProviderRows> => target.embed({ inputs: ['a'] }, { signal: NEVER });
    for (let count = 0; count < 3; count += 1) expect(await catchRejection(call())).toMatchObject({ status: 500 });
    expect(await catchRejection(call())).toMatchObject({ code: 'provider_resting' });
    expect([server.requests.length, sent.length]).toEqual([3, 3]);
    clock.advance(30_000);
    isUp = true;
    await expect(Promise.all([call(), call()])).resolves.toHaveLength(2);
  });

  test('costs one time limit, not one for each call', async () => {
    const server = await startServer(() => undefined);
    const [provider] = createTimed(server.origin, { timeoutMs: 50 });
    const { target, sent } = connect(provider);
    const call = (): Promise<unknown> => catchRejection(target.embed({ inputs: ['a'] }, { signal: NEVER }));
    expect(await call()).toMatchObject({ code: 'timeout' });
    expect(await Promise.all([call(), call()])).toMatchObject([
      { code: 'provider_resting' },
      { code: 'provider_resting' },
    ]);
    expect(sent).toHaveLength(1);
  });

  test('lets a call of many requests through once it is up again', async () => {
    const server = await startServer((request, response, index) => {
      if (index === 0) response.destroy();
      else ANSWER(request, response, index);
    });
    const [provider, clock] = createTimed(server.origin, { timeoutMs: 5_000 });
    const { target } = connect(provider);
    await catchRejection(target.embed({ inputs: ['a'] }, { signal: NEVER }));
    clock.advance(30_000);
    const parts = [0, 1, 2].map(() => target.embed({ inputs: texts(4) }, { signal: NEVER }));
    await expect(Promise.all(parts)).resolves.toHaveLength(3);
  });
});
