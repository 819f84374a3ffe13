/** Vectors of different spaces never stand side by side. */
import type { EmbeddingClientOptions } from 'inpage-embeddings';
import { SpaceMismatchError } from 'inpage-embeddings';
import { infinity, openaiCompatible } from 'inpage-embeddings/providers';
import { beforeEach, expect, inject, onTestFinished, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { LANE_KEY, openLane, type Lane } from '../../support/provider-lane.js';

const BROKEN = { assetsUrl: '/nowhere/' };

beforeEach(() => {
  localStorage.clear();
});

function provide({ url }: Lane, more: object = {}): ReturnType<typeof openaiCompatible> {
  return openaiCompatible({ baseURL: `${url}/v1`, model: 'foreign', apiKey: () => LANE_KEY, maxRetries: 0, ...more });
}

/** A lane whose vectors are so wide. */
async function openWide(width: number): Promise<Lane> {
  const lane = openLane(inject('providerUrl'));
  await lane.script([], { width });
  return lane;
}

const countTexts = async (lane: Lane): Promise<number> =>
  (await lane.log()).requests.reduce((sum, { texts }) => sum + texts, 0);

test('a provider as wide as the local model may not stand in for it', async () => {
  const lane = await openWide(768);
  const model: EmbeddingClientOptions = {
    model: 'tests/wide-768',
    hub: inject('hubUrl'),
    device: 'wasm',
    spaceName: 'notes',
  };
  const first = startClient({ ...model, fallback: [provide(lane)] });
  const response = await first.embeddings.create({ input: 'one two' });
  expect(response.data[0]?.embedding).toHaveLength(768);
  const client = startClient({ ...model, ...BROKEN, fallback: [provide(lane)] });
  const error = await catchRejection(client.embeddings.create({ input: 'one two' }));
  expect(error).toBeInstanceOf(SpaceMismatchError);
  expect(error).toMatchObject({ code: 'space_mismatch', expected: response.space });
  expect((error as SpaceMismatchError).actual).toContain('foreign@');
  expect(String(error)).toContain('forgetSpace()');
  expect(await countTexts(lane)).toBe(0);
});

test('what answered first decides for the client that has no name for its space', async () => {
  const lane = await openWide(512);
  await lane.script([{ kind: 'status', status: 503, path: '/embeddings' }]);
  const client = startClient({ device: 'wasm', policy: 'prefer-remote', fallback: [provide(lane)] });
  const { provider, space } = await client.embeddings.create({ input: 'a' });
  expect(provider.kind).toBe('local');
  expect(client.capabilities()).toMatchObject({ space });
  // The provider answers again, but its space is another.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await client.embeddings.create({ input: 'b' })).provider.kind).toBe('local');
  expect(await countTexts(lane)).toBe(1);
  const remote = client.capabilities().plan.find(({ kind }) => kind === 'remote');
  expect(remote).toMatchObject({ usable: false, reason: expect.stringContaining('It answers in the space') as string });
});

test('a name remembers the space over clients, until it is forgotten', async () => {
  const lane = await openWide(8);
  const options = { device: 'wasm', spaceName: 'notes', fallback: [provide(lane)] } as const;
  const remote = startClient({ ...options, policy: 'only-remote' });
  const { space } = await remote.embeddings.create({ input: 'a' });
  remote.dispose();
  const client = startClient({ ...options, policy: 'prefer-on-device' });
  expect(client.capabilities().space).toBe(space);
  // The device's own model answers, is found to be of another space, and the provider answers instead.
  const response = await client.embeddings.create({ input: 'a' });
  expect(response).toMatchObject({ space, provider: { kind: 'remote' } });
  client.forgetSpace();
  expect((await client.embeddings.create({ input: 'a' })).provider.kind).toBe('local');
  expect(startClient(options).capabilities().space).toContain('universal-sentence-encoder-lite');
});

test('a width that was asked for is no other space, and another full width is', async () => {
  const lane = await openWide(8);
  const client = startClient({ policy: 'only-remote', fallback: [provide(lane)] });
  await client.embeddings.create({ input: 'a', dimensions: 4 });
  await client.embeddings.create({ input: 'a' });
  await lane.script([], { width: 16 });
  expect(await catchRejection(client.embeddings.create({ input: 'a' }))).toMatchObject({ code: 'space_mismatch' });
});

test('of parts of one call that different targets answered, none is given', async () => {
  const lane = await openWide(8);
  const inputs = Array.from({ length: 300 }, (_, index) => `text ${index}`);
  const client = startClient({ policy: 'only-remote', fallback: [provide(lane)] });
  const { data } = await client.embeddings.create({ input: inputs });
  expect(data.map(({ index }) => index)).toEqual(inputs.map((_, index) => index));
});

/** A server of the model itself, the bundled one unless another is named, by a second client; `spoil` may change what it answers. */
function serveModel(
  model: EmbeddingClientOptions = {},
  spoil: (vector: number[]) => number[] = (vector) => vector,
): { count: () => number } {
  const backend = startClient({ device: 'wasm', ...model });
  const original = globalThis.fetch;
  let calls = 0;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).host !== 'infinity.example') return original(input, init);
    calls += 1;
    const { input: texts } = (await request.json()) as { input: string[] };
    const { data, usage } = await backend.embeddings.create({ input: texts });
    const rows = data.map(({ embedding, index }) => ({ object: 'embedding', index, embedding: spoil(embedding) }));
    return Response.json({ object: 'list', data: rows, model: 'use', usage });
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  return { count: () => calls };
}

const sameModel = (): ReturnType<typeof infinity> =>
  infinity({ baseURL: 'https://infinity.example', model: 'use', sameModel: true });

test('a provider of the same model answers in the client’s space once its vectors agree', async () => {
  const server = serveModel();
  const local = await startClient({ device: 'wasm' }).embeddings.create({ input: 'a cat' });
  const client = startClient({ device: 'wasm', policy: 'prefer-remote', fallback: [sameModel()] });
  const response = await client.embeddings.create({ input: 'a cat' });
  expect(response.provider).toMatchObject({ kind: 'remote', host: 'infinity.example' });
  expect(response.space).toBe(local.space);
  expect(response.data[0]?.embedding).toEqual(local.data[0]?.embedding);
  const calls = server.count();
  await client.embeddings.create({ input: 'another' });
  expect(server.count()).toBe(calls + 1);
});

test('a provider of any model stands in when the device, which worked before, no longer does', async () => {
  const model = { model: 'tests/mean', hub: inject('hubUrl') };
  serveModel(model);
  const options = { ...model, device: 'wasm', spaceName: 'notes', fallback: [sameModel()] } as const;
  const client = startClient(options);
  const { space } = await client.embeddings.create({ input: 'a cat' });
  await expect.poll(() => Object.keys(localStorage).some((name) => name.includes('/probe/'))).toBe(true);
  client.dispose();
  const response = await startClient({ ...options, ...BROKEN }).embeddings.create({ input: 'a cat' });
  expect(response).toMatchObject({ space, provider: { kind: 'remote' } });
});

test('a provider that says it serves the model and does not is refused before it sees a text', async () => {
  serveModel({}, (vector) => vector.toReversed());
  const client = startClient({ device: 'wasm', policy: 'prefer-remote', fallback: [sameModel()] });
  const purposes: string[] = [];
  client.on('egress', ({ purpose }) => purposes.push(purpose));
  const response = await client.embeddings.create({ input: 'a cat' });
  expect(response.provider.kind).toBe('local');
  expect(new Set(purposes)).toEqual(new Set(['parity-probe']));
  const remote = client.capabilities().plan.find(({ kind }) => kind === 'remote');
  expect(remote?.usable).toBe(false);
  expect(remote?.reason).toContain('not those of the client');
});

test('a provider of a known model answers in the client’s space though the device never ran it', async () => {
  serveModel();
  const { space } = await startClient({ device: 'wasm' }).embeddings.create({ input: 'a cat' });
  const response = await startClient({ ...BROKEN, device: 'wasm', fallback: [sameModel()] }).embeddings.create({
    input: 'a cat',
  });
  expect(response).toMatchObject({ space, provider: { kind: 'remote' } });
});

test('a provider whose model nobody can compare answers in a space of its own, where there are no vectors yet', async () => {
  const model = { model: 'tests/mean', hub: inject('hubUrl') };
  serveModel(model);
  const client = startClient({ ...model, ...BROKEN, device: 'wasm', fallback: [sameModel()] });
  expect((await client.embeddings.create({ input: 'one' })).space).toBe(
    'use@infinity.example;provider=infinity;dimensions=128',
  );
});

test('a claim that cannot be compared isn’t believed where there are vectors already', async () => {
  serveModel();
  localStorage.setItem('inpage-embeddings/space/notes', 'universal-sentence-encoder-lite@1;dimensions=512');
  const client = startClient({ ...BROKEN, device: 'wasm', spaceName: 'notes', fallback: [sameModel()] });
  const error = await catchRejection(client.embeddings.create({ input: 'a cat' }));
  expect(error).toBeInstanceOf(SpaceMismatchError);
  expect(String(error)).toContain('could not be compared');
  expect((error as Error).cause).toMatchObject({ name: 'AllTargetsFailedError' });
});
