/** Who answers: the four policies, moving on, and what the plan says of it. */
import type { EmbeddingClient, EmbeddingClientOptions, ProviderChangedEvent } from 'inpage-embeddings';
import { infinity, openaiCompatible } from 'inpage-embeddings/providers';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { expectedVector, LANE_KEY, openLane, type Lane } from '../../support/provider-lane.js';
import type { Fault } from '../../support/provider-server/wire.js';
import { countLivingWorkers, watchWorkers } from '../../support/watch-workers.js';

const workers = watchWorkers();

/** Local files that aren't there: no target of this device can start. */
const BROKEN = { assetsUrl: '/nowhere/' };

const key = (): string => LANE_KEY;

/** A client with one provider, and the provider's lane. */
function startWithProvider(options: EmbeddingClientOptions = {}): { client: EmbeddingClient; lane: Lane } {
  const lane = openLane(inject('providerUrl'));
  const provider = openaiCompatible({ baseURL: `${lane.url}/v1`, model: 'text-embedding-3-small', apiKey: key });
  return { client: startClient({ device: 'wasm', fallback: [provider], ...options }), lane };
}

const unauthorized: Fault = { kind: 'status', status: 401, times: 'always', path: '/embeddings' };

test('prefers the device, and then sends nothing', async () => {
  const { client, lane } = startWithProvider();
  const response = await client.embeddings.create({ input: 'at home' });
  expect(response.provider).toMatchObject({ kind: 'local', device: 'wasm' });
  expect((await lane.log()).requests).toEqual([]);
  expect(client.egress).toEqual({ requests: 0, texts: 0, bytes: 0, hosts: {} });
});

test('asks the provider when no target of the device works, and says who answered', async () => {
  const { client, lane } = startWithProvider(BROKEN);
  const response = await client.embeddings.create({ input: ['one', 'two'] });
  const host = new URL(lane.url).host;
  expect(response).toMatchObject({
    object: 'list',
    model: 'text-embedding-3-small',
    provider: { kind: 'remote', id: 'openai-compatible', host },
    usage: { prompt_tokens: 2, total_tokens: 2 },
  });
  expect(response.data.map(({ embedding }) => embedding)).toEqual([expectedVector('one'), expectedVector('two')]);
  expect(response.data[0]).not.toHaveProperty('token_count');
  expect(response.space).toContain(`text-embedding-3-small@${host}`);
  expect(response.space).toContain(';dimensions=8');
});

test('asks the provider where the browser has no WASM SIMD', async () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const { client } = startWithProvider();
  expect((await client.embeddings.create({ input: 'a' })).provider.kind).toBe('remote');
  expect(workers).toHaveLength(0);
  expect(client.capabilities().plan[0]).toMatchObject({
    usable: false,
    reason: expect.stringContaining('SIMD') as string,
  });
});

test('asks the provider when the device was measured to be slower than the app wants', async () => {
  const { client } = startWithProvider({ minimumSpeed: 1e9, model: 'tests/mean', hub: inject('hubUrl') });
  expect((await client.embeddings.create({ input: 'a' })).provider.kind).toBe('remote');
  const [local] = client.capabilities().plan;
  expect(local?.usable).toBe(false);
  expect(local?.reason).toContain('minimumSpeed of 1000000000');
  expect(local?.kind === 'local' && local.tokensPerMs).toBeGreaterThan(0);
});

test('asks the provider where the device has no memory for the model', async () => {
  Object.defineProperty(navigator, 'deviceMemory', { value: 0.02, configurable: true });
  onTestFinished(() => {
    Reflect.deleteProperty(navigator, 'deviceMemory');
  });
  const { client } = startWithProvider();
  expect((await client.embeddings.create({ input: 'a' })).provider.kind).toBe('remote');
  const error = await catchRejection(startClient({ device: 'wasm' }).embeddings.create({ input: 'a' }));
  expect(error).toMatchObject({ name: 'ModelLoadError', code: 'insufficient_memory' });
});

test('answers on a device that is fast enough', async () => {
  const { client, lane } = startWithProvider({ minimumSpeed: 0.001 });
  expect((await client.embeddings.create({ input: 'a' })).provider.kind).toBe('local');
  expect((await lane.log()).requests).toEqual([]);
});

test('asks the provider first when the app prefers that, and the device when the provider fails', async () => {
  const { client, lane } = startWithProvider({ policy: 'prefer-remote' });
  await lane.script([unauthorized]);
  expect(workers).toHaveLength(0);
  const response = await client.embeddings.create({ input: 'a' });
  expect(response.provider.kind).toBe('local');
  expect((await lane.log()).requests).toHaveLength(1);
});

test('computes nothing here when only providers may answer', async () => {
  const { client, lane } = startWithProvider({ policy: 'only-remote' });
  await lane.script([unauthorized]);
  expect(await catchRejection(client.embeddings.create({ input: 'a' }))).toMatchObject({
    name: 'AuthenticationError',
    status: 401,
    code: 'authentication_failed',
  });
  await lane.reset();
  expect((await client.embeddings.create({ input: 'a' })).provider.kind).toBe('remote');
  expect(workers).toHaveLength(0);
  const plan = client.capabilities().plan;
  expect(plan[0]).toMatchObject({ kind: 'remote', usable: true });
  expect(plan.slice(1).map(({ kind, usable }) => [kind, usable])).toEqual(plan.slice(1).map(() => ['local', false]));
});

test("doesn't move on after an error that another target can't cure", async () => {
  const { client, lane } = startWithProvider({ policy: 'prefer-remote' });
  await lane.script([{ kind: 'status', status: 400, path: '/embeddings' }]);
  expect(await catchRejection(client.embeddings.create({ input: 'a' }))).toMatchObject({
    name: 'BadRequestError',
    status: 400,
  });
  expect(await countLivingWorkers()).toBe(0);
});

test('says when another target answers, and why', async () => {
  const [first, second] = [openLane(inject('providerUrl')), openLane(inject('providerUrl'))];
  const provide = ({ url }: Lane): ReturnType<typeof openaiCompatible> =>
    openaiCompatible({ baseURL: `${url}/v1`, model: 'm', apiKey: key, space: 'one-space', maxRetries: 0 });
  const client = startClient({ fallback: [provide(first), provide(second)], policy: 'only-remote' });
  const changes: ProviderChangedEvent[] = [];
  client.on('provider-changed', (event) => changes.push(event));
  const before = await client.embeddings.create({ input: 'a' });
  expect(changes).toEqual([]);
  await first.script([{ kind: 'status', status: 503, times: 'always', path: '/embeddings' }]);
  const after = await client.embeddings.create({ input: 'a' });
  expect(after.space).toBe(before.space);
  expect(after.data).toEqual(before.data);
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({ error: { status: 503 } });
  expect(changes[0]?.from).not.toBe(changes[0]?.to);
});

test('lists every target that failed, with its cause', async () => {
  const { client, lane } = startWithProvider(BROKEN);
  await lane.script([unauthorized]);
  const error = await catchRejection(client.embeddings.create({ input: 'a' }));
  expect(error).toMatchObject({
    name: 'AllTargetsFailedError',
    attempts: [
      { target: 'local/wasm', error: { name: 'ModelLoadError' } },
      { error: { name: 'AuthenticationError', status: 401 } },
    ],
  });
});

test('sends a request that names a provider’s model to that provider', async () => {
  const { client, lane } = startWithProvider();
  const response = await client.embeddings.create({ input: 'a', model: 'text-embedding-3-small', dimensions: 3 });
  expect(response.data[0]?.embedding).toEqual(expectedVector('a', 3));
  expect((await lane.log()).requests).toHaveLength(1);
  expect(await catchRejection(client.embeddings.create({ input: 'a', model: 'another' }))).toMatchObject({
    code: 'model_not_found',
  });
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual([
    'universal-sentence-encoder-lite',
    'text-embedding-3-small',
  ]);
});

test.each<[who: string, options: EmbeddingClientOptions, most: number]>([
  ['a provider', { policy: 'only-remote' }, 16],
  // The first text alone: this device might have answered it.
  ['a provider in place of the device', BROKEN, 17],
])('streams to %s by requests as large as it takes', async (_who, options, most) => {
  const { client, lane } = startWithProvider(options);
  const texts = Array.from({ length: 500 }, (_, index) => `text ${index}`);
  const rows: number[][] = [];
  for await (const { index, embedding } of client.embeddings.stream({ input: texts })) {
    expect(index).toBe(rows.length);
    rows.push(embedding);
  }
  expect(rows).toEqual(texts.map((text) => expectedVector(text)));
  const { requests } = await lane.log();
  expect(requests.length).toBeLessThanOrEqual(most);
  expect(requests.reduce((sum, request) => sum + request.texts, 0)).toBe(500);
});

test('asks the least busy of several Infinity servers', async () => {
  const lanes = [openLane(inject('providerUrl')), openLane(inject('providerUrl'))];
  const fallback = lanes.map(({ url }) => infinity({ baseURL: url, model: 'm', apiKey: key, space: 'one-space' }));
  const [busy, idle] = lanes;
  await busy?.script([], { queueFraction: 0.9, models: ['m'] });
  await idle?.script([], { queueFraction: 0.1, models: ['m'] });
  const client = startClient({ fallback, policy: 'only-remote' });
  await client.embeddings.create({ input: 'a' });
  const countCalls = async (lane: Lane | undefined): Promise<number> =>
    ((await lane?.log())?.requests ?? []).filter(({ method }) => method === 'POST').length;
  expect([await countCalls(busy), await countCalls(idle)]).toEqual([0, 1]);
});

test('refuses policies and options that make no sense', () => {
  expect(() => startClient({ policy: 'only-remote' })).toThrow(/at least one provider/);
  expect(() => startClient({ fallback: [{}] as never })).toThrow(/inpage-embeddings\/providers/);
});
