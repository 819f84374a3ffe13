/** Vectors from WebGPU: pooled and scaled on the device, the same as WASM's and as hand arithmetic's. */
import { expect, inject, test } from 'vitest';
import { cosine, readReferences, startClient } from '../support/client.js';
import { expectVector, frame } from '../support/expect-vector.js';
import { meanVector, toIds, tokenVector, unit, VOCABULARY } from '../support/tiny-vectors.js';

const hub = inject('hubUrl');

/** The tiny models' weights are 32-bit floats, in whatever file they lie. */
const onGpu = { hub, device: 'webgpu', dtype: 'q8' } as const;

test('pools by the mean and scales to unit length', async () => {
  const client = startClient({ ...onGpu, model: 'tests/mean' });
  const { data, provider, space } = await client.embeddings.create({ input: ['one two', 'three'] });
  expectVector(data[0]?.embedding, unit(meanVector(frame('one two'))));
  expectVector(data[1]?.embedding, unit(meanVector(frame('three'))));
  expect(provider).toEqual({
    kind: 'local',
    id: 'onnxruntime-webgpu',
    device: 'webgpu',
    runtime: 'onnxruntime',
    dtype: 'q8',
  });
  expect(space).toMatch(/^tests\/mean@sha256-[0-9a-f]{16};pooling=mean;scale=unit;prompts=none;dimensions=128$/);
});

test('takes the first token when the files say so', async () => {
  const client = startClient({ ...onGpu, model: 'tests/cls-unscaled', dtype: 'fp32' });
  const { data } = await client.embeddings.create({ input: ['nine', 'one two three'] });
  for (const { embedding } of data) expectVector(embedding, unit(tokenVector(toIds('[CLS]')[0] ?? 0)));
});

test('takes the last token of each text, not of the padding', async () => {
  const client = startClient({ ...onGpu, model: 'tests/last-token' });
  const { data } = await client.embeddings.create({ input: [toIds('one ten'), toIds('two'), toIds('five six seven')] });
  expect(data).toHaveLength(3);
  for (const [index, word] of ['ten', 'two', 'seven'].entries()) {
    expectVector(data[index]?.embedding, unit(tokenVector(toIds(word)[0] ?? 0)));
  }
});

test.each(['max-pooling', 'weighted-mean', 'cls-and-mean', 'dense'])(
  'gives the vectors of WASM for %s, which takes more than a graph is extended by',
  async (name) => {
    const model = `tests/${name}`;
    const words = VOCABULARY.slice(4);
    const input = Array.from({ length: 20 }, (_, index) => words.slice(0, 1 + (index % 9)).join(' '));
    const onWasm = startClient({ hub, model, dtype: 'q8', device: 'wasm', runtime: 'onnxruntime' });
    const expected = await onWasm.embeddings.create({ input });
    const { data, provider, space } = await startClient({ ...onGpu, model }).embeddings.create({ input });
    expect(provider.device).toBe('webgpu');
    expect(space).toBe(expected.space);
    expect(data).toHaveLength(input.length);
    for (const [index, { embedding }] of expected.data.entries()) expectVector(data[index]?.embedding, embedding);
  },
);

test('gives each of many texts of all lengths its own vector, in order', async () => {
  const client = startClient({ ...onGpu, model: 'tests/last-token' });
  const words = VOCABULARY.slice(4);
  const input = Array.from({ length: 60 }, (_, index) =>
    toIds(Array.from({ length: 1 + ((index * 7) % 14) }, (_, word) => words[(index + word) % words.length]).join(' ')),
  );
  const { data } = await client.embeddings.create({ input });
  for (const [index, ids] of input.entries()) {
    expectVector(data[index]?.embedding, unit(tokenVector(ids.at(-1) ?? 0)));
    expect(data[index]?.token_count).toBe(ids.length);
  }
});

test('gives a text alone the vector it has among 31 longer ones, to a cosine of 0.99999', async () => {
  const client = startClient({ ...onGpu, model: 'tests/prompts' });
  const neighbours = Array.from({ length: 31 }, (_, index) => 'four five six '.repeat(1 + (index % 4)).trim());
  const alone = await client.embeddings.create({ input: 'one two' });
  const among = await client.embeddings.create({ input: [...neighbours, 'one two'] });
  expect(cosine(among.data[31]?.embedding ?? [], alone.data[0]?.embedding ?? [])).toBeGreaterThanOrEqual(0.99999);
});

test('gives the bundled model’s reference vectors, and a text alone the vector it has among longer ones', async () => {
  const model = 'universal-sentence-encoder-lite';
  const references = readReferences().slice(0, 4);
  const client = startClient({ hub, model, device: 'webgpu', dtype: 'fp32' });
  const { data } = await client.embeddings.create({ input: references.map(({ ids }) => ids) });
  for (const [index, { vector }] of references.entries()) {
    expect(cosine(data[index]?.embedding ?? [], vector)).toBeGreaterThan(0.99999);
  }
  const alone = await client.embeddings.create({ input: [[...(references[0]?.ids ?? [])]] });
  expect(cosine(alone.data[0]?.embedding ?? [], data[0]?.embedding ?? [])).toBeGreaterThan(0.99999);
});

test.runIf(inject('miniLm')?.hasFp32)('gives the vectors of all-MiniLM-L6-v2 in fp32', async () => {
  const items = inject('miniLm')?.items.slice(0, 4) ?? [];
  const client = startClient({ hub, model: 'all-MiniLM-L6-v2', device: 'webgpu', dtype: 'fp32' });
  const { data } = await client.embeddings.create({ input: items.map(({ text }) => text) });
  for (const [index, { embedding }] of items.entries()) {
    expect(cosine(data[index]?.embedding ?? [], embedding)).toBeGreaterThan(0.9999);
  }
});
