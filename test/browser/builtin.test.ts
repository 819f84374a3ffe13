/** The browser's own embedder, by a stand-in: asked where the app says so, and never mixed with the client's model. */
import type { EmbeddingClient, EmbeddingClientOptions } from 'inpage-embeddings';
import { afterEach, expect, test, vi } from 'vitest';
import { catchRejection, startClient } from '../support/client.js';
import { StandIn, type StandInAnswer, type StandInOptions } from '../support/semantic-embedder.js';
import { watchWorkers } from '../support/watch-workers.js';

const workers = watchWorkers();
const SPACE = 'chrome-semantic-embedder:gemma-1;dimensions=4';
const NAME = 'builtin test';

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.removeItem(`inpage-embeddings/space/${NAME}`);
});

function start(options: EmbeddingClientOptions, platform: StandInOptions = {}): [EmbeddingClient, StandIn] {
  const standIn = new StandIn(platform);
  vi.stubGlobal('SemanticEmbedder', standIn);
  return [startClient({ device: 'wasm', ...options }), standIn];
}

test('it answers without a worker, with vectors of unit length, its own counts and its own space', async () => {
  const [client, standIn] = start({ builtin: 'only' });
  const input = Array.from({ length: 40 }, (_, index) => `text number ${index}`);
  const { data, space, provider, usage, model } = await client.embeddings.create({ input, task: 'document' });
  expect(data).toHaveLength(40);
  for (const { embedding, token_count, truncated } of data) {
    expect(Math.hypot(...embedding)).toBeCloseTo(1);
    expect([token_count, truncated]).toEqual([3, false]);
  }
  expect([space, model, usage.total_tokens]).toEqual([SPACE, 'semantic-embedder', 120]);
  expect(provider).toEqual({ kind: 'local', id: 'semantic-embedder' });
  expect(standIn.asked.flatMap(({ texts }) => texts)).toEqual(input);
  expect(new Set(standIn.asked.map(({ taskType }) => taskType))).toEqual(new Set(['retrieval-document']));
  expect([standIn.created, workers.length]).toEqual([1, 0]);
  client.dispose();
  expect(standIn.destroyed).toBe(1);
});

test('it is not asked unless the app says so', async () => {
  const [client, standIn] = start({});
  await client.embeddings.create({ input: 'a' });
  expect(client.capabilities().plan.map(({ kind }) => kind)).not.toContain('builtin');
  expect(standIn.created).toBe(0);
});

test('a client that has its vectors asks no model any more, also on a later visit', async () => {
  const [client] = start({ builtin: 'prefer', spaceName: NAME });
  await client.embeddings.create({ input: 'a' });
  expect(
    client
      .capabilities()
      .plan.filter(({ usable }) => usable)
      .map(({ id }) => id),
  ).toEqual(['local/builtin']);
  client.dispose();
  const [later] = start({ builtin: 'prefer', spaceName: NAME }, { availability: 'unavailable' });
  expect(await catchRejection(later.embeddings.create({ input: 'a' }))).toMatchObject({ code: 'device_unsupported' });
  expect(workers).toHaveLength(0);
});

test('a client that has vectors of its model does not ask it', async () => {
  const first = startClient({ device: 'wasm', spaceName: NAME });
  const { space } = await first.embeddings.create({ input: 'a' });
  first.dispose();
  const [client, standIn] = start({ builtin: 'prefer', spaceName: NAME });
  expect(client.capabilities().plan[0]).toMatchObject({ kind: 'builtin', usable: false });
  expect((await client.embeddings.create({ input: 'a' })).space).toBe(space);
  expect(standIn.created).toBe(0);
});

test.each<StandInOptions>([
  { availability: 'unavailable' },
  { availability: 'downloadable' },
  { createError: new DOMException('secret', 'NotAllowedError') },
])('where it is only preferred and cannot start, the model answers: %j', async (platform) => {
  const [client] = start({ builtin: 'prefer' }, platform);
  const { provider } = await client.embeddings.create({ input: 'a' });
  expect(provider.device).toBe('wasm');
});

test('where the browser lacks it the plan says so, and the model answers', async () => {
  const client = startClient({ builtin: 'prefer', device: 'wasm' });
  expect(client.capabilities().plan[0]).toMatchObject({
    id: 'local/builtin',
    usable: false,
    reason: 'This browser has no SemanticEmbedder.',
  });
  expect((await client.embeddings.create({ input: 'a' })).provider.device).toBe('wasm');
  const only = startClient({ builtin: 'only' });
  const error = await catchRejection(only.embeddings.create({ input: 'a' }));
  expect(error).toMatchObject({ code: 'device_unsupported' });
  expect(String(error)).toContain('This browser has no SemanticEmbedder.');
});

test('it may download its model where nothing else is asked, and tells how far it is', async () => {
  const [client] = start({ builtin: 'only' }, { availability: 'downloadable' });
  const told: unknown[] = [];
  client.on('model-progress', (event) => told.push(event));
  expect((await client.embeddings.create({ input: 'a' })).space).toBe(SPACE);
  const event = { model: 'semantic-embedder', loadedBytes: 0 };
  expect(told).toEqual([
    ...[0, 0.5, 1].map((share) => ({ ...event, phase: 'download', share })),
    { ...event, phase: 'ready' },
  ]);
});

test.each<[string, (answer: StandInAnswer) => unknown]>([
  ['zeros', ({ embeddings }) => embeddings[0]?.values.fill(0) && undefined],
  ['NaN', ({ embeddings }) => embeddings[0]?.values.fill(NaN) && undefined],
  ['too few vectors', ({ metadata }) => ({ embeddings: [], metadata })],
  ['no space', ({ embeddings }) => ({ embeddings, metadata: { embeddingSpace: '', maxInputTokens: 1 } })],
])('an answer with %s is refused', async (_, spoil) => {
  const [client] = start({ builtin: 'only' }, { spoil });
  expect(await catchRejection(client.embeddings.create({ input: 'a' }))).toMatchObject({ code: 'invalid_vector' });
});

test.each([
  [{ input: [1, 2] }, 'unsupported_parameter', 'input'],
  [{ input: 'a', truncate: 'start' as const }, 'unsupported_parameter', 'truncate'],
  [{ input: 'a '.repeat(20), truncate: 'error' as const }, 'context_length_exceeded', 'input'],
])('what it cannot honour is refused by name: %j', async (params, code, param) => {
  const [client] = start({ builtin: 'only' });
  expect(await catchRejection(client.embeddings.create(params))).toMatchObject({ code, param });
});

test('a long text is cut, and said to be', async () => {
  const [client] = start({ builtin: 'only' });
  const { data } = await client.embeddings.create({ input: 'a '.repeat(20) });
  expect(data[0]).toMatchObject({ token_count: 16, truncated: true });
});

test('a call ends when it is aborted, or the client disposed of', async () => {
  const [client] = start({ builtin: 'only' }, { spoil: () => new Promise(() => undefined) });
  const controller = new AbortController();
  const aborted = catchRejection(client.embeddings.create({ input: 'a' }, { signal: controller.signal }));
  const disposed = catchRejection(client.embeddings.create({ input: 'a' }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const reason = new Error('changed my mind');
  controller.abort(reason);
  expect(await aborted).toBe(reason);
  client.dispose();
  expect(await disposed).toMatchObject({ code: 'disposed' });
});
