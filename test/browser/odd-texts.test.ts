/** Texts that a tokenizer could fail on, and texts that a model doesn't know. */
import type { EngineDiedEvent, WarningEvent } from 'inpage-embeddings';
import { expect, inject, test } from 'vitest';
import { expectVector, frame } from '../support/expect-vector.js';
import { meanVector, unit } from '../support/tiny-vectors.js';
import { catchRejection, startClient } from '../support/client.js';

const hub = inject('hubUrl');
const SENTENCE = 'The quick brown fox jumps over the lazy dog, and then it sleeps. ';

test('embeds texts of any length as it embeds their start, and no worker ends', async () => {
  const client = startClient();
  const died: EngineDiedEvent[] = [];
  client.on('engine-died', (event) => died.push(event));
  const { data: head } = await client.embeddings.create({ input: SENTENCE.repeat(40) });
  for (const length of [250_000, 20_000_000]) {
    const input = SENTENCE.repeat(Math.ceil(length / SENTENCE.length)).slice(0, length);
    const { data } = await client.embeddings.create({ input });
    expect(data[0]).toMatchObject({ token_count: 128, truncated: true });
    expect(data[0]?.embedding).toEqual(head[0]?.embedding);
  }
  for (const input of ['x'.repeat(100_000), '日本語'.repeat(30_000), ' '.repeat(300_000), '\u0000'.repeat(100_000)]) {
    const { data } = await client.embeddings.create({ input: [`a ${input}`, `${input} a`] });
    expect(data.every(({ embedding }) => embedding.every(Number.isFinite))).toBe(true);
  }
  expect(died).toEqual([]);
});

test('embeds the end of a long text when its start is given up', async () => {
  const client = startClient({ hub, model: 'tests/mean' });
  const input = `${'one two three '.repeat(500_000)}four five six seven`;
  const { data } = await client.embeddings.create({ input, truncate: 'start' });
  expectVector(data[0]?.embedding, unit(meanVector(frame('four five six seven'))));
  expect(data[0]).toMatchObject({ token_count: 6, truncated: true });
});

test('embeds either end of a text that is many times longer in its normal form, and no worker ends', async () => {
  const client = startClient();
  const died: EngineDiedEvent[] = [];
  client.on('engine-died', (event) => died.push(event));
  // NFKC spells out eighteen characters of each.
  const embed = async (times: number, truncate: 'end' | 'start'): Promise<unknown> => {
    const input = `one two ${'\ufdfa'.repeat(times)} three four`;
    const { data } = await client.embeddings.create({ input, truncate });
    expect(data[0]).toMatchObject({ token_count: 128, truncated: true });
    return data[0]?.embedding;
  };
  for (const truncate of ['end', 'start'] as const) {
    const [long, short, query] = await Promise.all([
      embed(1_000_000, truncate),
      embed(100, truncate),
      client.embeddings.create({ input: 'a query' }),
    ]);
    expect(long).toEqual(short);
    expect(query.data).toHaveLength(1);
  }
  expect(died).toEqual([]);
});

test('refuses a text whose prompt leaves it no room, by its own error, and embeds others meanwhile', async () => {
  const client = startClient({ hub, model: 'tests/mean', prompts: { query: 'one two three four five ' } });
  const died: EngineDiedEvent[] = [];
  client.on('engine-died', (event) => died.push(event));
  const [error, { data }] = await Promise.all([
    catchRejection(client.embeddings.create({ input: ['six', 'seven'], task: 'query' })),
    client.embeddings.create({ input: 'six' }),
  ]);
  expect(error).toMatchObject({ name: 'BadRequestError', code: 'context_length_exceeded', param: 'input', index: 0 });
  expectVector(data[0]?.embedding, unit(meanVector(frame('six'))));
  expect(died).toEqual([]);
});

test('names the one input of a large call that is too long, and answers other calls', async () => {
  const client = startClient();
  const input = Array.from({ length: 300 }, (_, index) => (index === 280 ? SENTENCE.repeat(5000) : `note ${index}`));
  const failing = catchRejection(client.embeddings.create({ input, truncate: 'error' }));
  const answered = client.embeddings.create({ input: 'a query' });
  const error = await failing;
  expect(error).toMatchObject({ code: 'context_length_exceeded', param: 'input', index: 280, status: 400 });
  expect(String(error)).toContain(`'input[280]'`);
  expect((await answered).data).toHaveLength(1);
});

test('splits a long text without a blank', async () => {
  const client = startClient();
  const text = 'abcdefghij'.repeat(3000);
  const chunks = await client.chunk(text);
  expect(chunks.map((chunk) => chunk.text.length).every((length) => length > 0)).toBe(true);
  expect(chunks.at(-1)?.end).toBe(text.length);
});

test('says how much of a text the model does not know, and warns once', async () => {
  const client = startClient();
  const warnings: WarningEvent[] = [];
  client.on('warning', (event) => warnings.push(event));
  const { data: known } = await client.embeddings.create({ input: ['tomato', 'a long note with one word in 日本語'] });
  expect(known.map((row) => row.unknown_tokens)).toEqual([0, 1]);
  expect(warnings).toEqual([]);
  const { data } = await client.embeddings.create({ input: ['西红柿', '獣医'] });
  expect(data[0]?.embedding).toEqual(data[1]?.embedding);
  expect(data.every(({ unknown_tokens: unknown = 0 }) => unknown > 0)).toBe(true);
  await client.embeddings.create({ input: '獣医' });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.code).toBe('unknown_text');
  expect(warnings[0]?.message).not.toContain('獣医');
});

test('embeds words by a vocabulary of whole words', async () => {
  const client = startClient({ hub, model: 'tests/word-level' });
  const { data } = await client.embeddings.create({ input: 'one zebra two' });
  expectVector(data[0]?.embedding, unit(meanVector(frame('one [UNK] two'))));
  expect(data[0]).toMatchObject({ token_count: 5, unknown_tokens: 1 });
});

test('says what a tokenizer needs that is not known here', async () => {
  const error = await catchRejection(
    startClient({ hub, model: 'tests/unknown-normalizer' }).embeddings.create({ input: 'one' }),
  );
  expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported' });
  expect(String(error)).toContain(`normalizer 'Odd'`);
  expect((error as { url: string }).url).toContain('tokenizer.json');
});
