/** The response's shape, formats and metadata. */
import type { ModelStats } from 'inpage-embeddings';
import { expect, test } from 'vitest';
import { cosine, decodeFloats, catchRejection, startClient } from '../support/client.js';

const LONG_TEXT = 'the quick brown fox jumps over the lazy dog '.repeat(40);

test('answers in the shape of OpenAI, and says space and provider', async () => {
  const client = startClient();
  const response = await client.embeddings.create({ input: 'Hello world', model: 'universal-sentence-encoder-lite' });
  expect(response).toEqual({
    object: 'list',
    data: [
      {
        object: 'embedding',
        index: 0,
        embedding: expect.any(Array) as number[],
        token_count: 3,
        truncated: false,
        unknown_tokens: 0,
      },
    ],
    model: 'universal-sentence-encoder-lite',
    usage: { prompt_tokens: 3, total_tokens: 3 },
    space: 'universal-sentence-encoder-lite@main;pooling=model;scale=unit;prompts=none;dimensions=512',
    prompt: '',
    provider: { kind: 'local', id: 'kernel-wasm', device: 'wasm', runtime: 'kernel', dtype: 'q8' },
  });
  expect(JSON.parse(JSON.stringify(response))).toEqual(response);
});

test('gives vectors of unit length', async () => {
  const client = startClient();
  const { data } = await client.embeddings.create({ input: ['one', 'two words', LONG_TEXT] });
  for (const { embedding } of data) {
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
  }
});

test('gives the same numbers in base64 as in float', async () => {
  const client = startClient();
  const input = ['one', 'two'];
  const floats = await client.embeddings.create({ input, encoding_format: 'float' });
  const encoded = await client.embeddings.create({ input, encoding_format: 'base64' });
  expect(encoded.data.map(({ embedding }) => Array.from(decodeFloats(embedding)))).toEqual(
    floats.data.map(({ embedding }) => embedding),
  );
});

test('gives int8 and binary of the same numbers as float', async () => {
  const client = startClient();
  const input = ['one', 'two words', LONG_TEXT];
  const floats = await client.embeddings.create({ input });
  const integers = await client.embeddings.create({ input, encoding_format: 'int8' });
  const bits = await client.embeddings.create({ input, encoding_format: 'binary' });
  for (const [row, { embedding: float }] of floats.data.entries()) {
    const int8 = integers.data[row]?.embedding ?? [];
    const bytes = bits.data[row]?.embedding ?? [];
    expect([int8.length, bytes.length]).toEqual([512, 64]);
    expect(Array.from(Int8Array.from(int8))).toEqual(int8);
    expect(cosine(int8, float)).toBeGreaterThan(0.9999);
    const unpacked = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
    expect(unpacked).toBe(float.map((value) => (value > 0 ? '1' : '0')).join(''));
  }
});

test('says when a text was cut, and cuts the end unless asked to cut the start', async () => {
  const client = startClient();
  const input = `${LONG_TEXT} and a rainbow over the harbour`;
  const { data: end } = await client.embeddings.create({ input });
  const { data: start } = await client.embeddings.create({ input, truncate: 'start' });
  const { data: head } = await client.embeddings.create({ input: LONG_TEXT });
  expect(end[0]).toMatchObject({ token_count: 128, truncated: true });
  expect(start[0]).toMatchObject({ token_count: 128, truncated: true });
  expect(end[0]?.embedding).toEqual(head[0]?.embedding);
  expect(start[0]?.embedding).not.toEqual(end[0]?.embedding);
});

test('refuses a text over the limit when asked to, and only its call', async () => {
  const client = startClient();
  const long = client.embeddings.create({ input: ['short', LONG_TEXT], truncate: 'error' });
  const short = client.embeddings.create({ input: 'short' });
  await expect(long).rejects.toMatchObject({ code: 'context_length_exceeded', param: 'input', status: 400 });
  expect((await short).data).toHaveLength(1);
});

test('counts tokens up to the maxTokens of the client', async () => {
  const client = startClient({ maxTokens: 8 });
  const { data } = await client.embeddings.create({ input: LONG_TEXT });
  expect(data[0]).toMatchObject({ token_count: 8, truncated: true });
});

test('answers many calls at once, each with its own texts in order', async () => {
  const client = startClient();
  const words = ['river', 'stone', 'guitar', 'engine', 'violin', 'glacier', 'pepper', 'harbour'];
  const expected = await client.embeddings.create({ input: words });
  const responses = await Promise.all(words.map((word) => client.embeddings.create({ input: [word, ...words] })));
  for (const [index, { data }] of responses.entries()) {
    expect(data.map((row) => row.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(data[0]?.embedding).toEqual(expected.data[index]?.embedding);
    expect(data.slice(1).map(({ embedding }) => embedding)).toEqual(expected.data.map(({ embedding }) => embedding));
  }
});

test('puts texts of like meaning close together', async () => {
  const client = startClient();
  const { data } = await client.embeddings.create({
    input: ['How do I cook rice?', 'Steps for boiling rice', 'The train leaves at noon'],
  });
  const [question, answer, other] = data.map(({ embedding }) => embedding);
  expect(cosine(question ?? [], answer ?? [])).toBeGreaterThan(cosine(question ?? [], other ?? []) + 0.2);
});

test('tells how far a call is', async () => {
  const client = startClient();
  const completed: number[] = [];
  const input = Array.from({ length: 50 }, (_, index) => `sentence number ${index}`);
  await client.embeddings.create({ input }, { onProgress: (progress) => completed.push(progress.completed) });
  expect(completed).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test('tells how far loading is, up to ready', async () => {
  const client = startClient();
  const events: { phase: string; loadedBytes: number; totalBytes?: number }[] = [];
  client.on('model-progress', (event) => events.push(event));
  await client.embeddings.create({ input: 'a' });
  expect(events.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['download', 'start', 'ready']));
  expect(events.at(-1)?.phase).toBe('ready');
  expect(events.at(-1)?.loadedBytes).toBe(events.at(-1)?.totalBytes);
  const bytes = events.map(({ loadedBytes }) => loadedBytes);
  expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
});

test('says which target it will use, and why', async () => {
  const client = startClient();
  const { plan, wasmSimd } = client.capabilities();
  expect(wasmSimd).toBe(true);
  expect(plan[0]).toMatchObject({ kind: 'local', device: 'wasm', usable: true });
  expect(plan[0]?.reason).not.toBe('');
  expect(plan.at(-1)).toMatchObject({ device: 'webgpu', usable: false });
  // The bundled model has no use for one, and some browsers warn in the console when they are asked for what they lack.
  expect(client.capabilities().gpu).toBeUndefined();
  // This browser has been started without a GPU.
  const asking = startClient({ device: 'webgpu' });
  await expect.poll(() => asking.capabilities().gpu).toBeNull();
  expect(asking.capabilities().plan.at(-1)?.reason).toBe('This browser offers no WebGPU adapter.');
});

test('refuses to compute on a GPU that is not there', async () => {
  const error = await catchRejection(startClient({ device: 'webgpu' }).embeddings.create({ input: 'a' }));
  expect(error).toMatchObject({ code: 'device_unsupported' });
  expect((error as Error).message).toContain('no WebGPU adapter');
});

test('lists its model with what it does now', async () => {
  const client = startClient();
  const idle = { queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 };
  const model = {
    id: 'universal-sentence-encoder-lite',
    object: 'model',
    owned_by: 'inpage-embeddings',
    backend: 'wasm',
    capabilities: ['embed'],
  };
  expect(await client.models.list()).toMatchObject({ object: 'list', data: [{ ...model, stats: idle }] });
  const progress = { isDone: false };
  const call = client.embeddings
    .create({ input: new Array<string>(1000).fill('much to do') })
    .finally(() => (progress.isDone = true));
  const seen: ModelStats[] = [];
  while (!progress.isDone) {
    seen.push((await client.models.retrieve('universal-sentence-encoder-lite')).stats);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await call;
  const most = (of: (stats: ModelStats) => number): number => Math.max(...seen.map(of));
  expect(most((stats) => stats.results_pending)).toBe(1000);
  expect(most((stats) => stats.queue_absolute)).toBeGreaterThan(0);
  expect(most((stats) => stats.queue_fraction)).toBeGreaterThan(0);
  expect(most((stats) => stats.batch_size)).toBeGreaterThan(1);
  const { stats: after } = await client.models.retrieve('universal-sentence-encoder-lite');
  expect(after).toMatchObject({ queue_fraction: 0, queue_absolute: 0, results_pending: 0 });
  expect(await catchRejection(client.models.retrieve('another'))).toMatchObject({
    code: 'model_not_found',
    status: 404,
  });
});
