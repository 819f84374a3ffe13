/** Any hub-shaped model, used as its own files say: pooling, scale, limit, prompts. Checked by hand arithmetic. */
import { expect, inject, test } from 'vitest';
import { expectVector, frame } from '../support/expect-vector.js';
import { meanVector, toIds, tokenVector, unit } from '../support/tiny-vectors.js';
import { catchRejection, startClient } from '../support/client.js';

const hub = inject('hubUrl');
const [CLS] = toIds('[CLS]');

test('pools by the mean of all tokens and scales to unit length', async () => {
  const client = startClient({ hub, model: 'tests/mean' });
  const { data, space } = await client.embeddings.create({ input: 'one two' });
  expectVector(data[0]?.embedding, unit(meanVector(frame('one two'))));
  expect(data[0]?.token_count).toBe(4);
  expect(space).toMatch(/^tests\/mean@sha256-[0-9a-f]{16};pooling=mean;scale=unit;prompts=none;dimensions=128$/);
});

test("cuts at the model's limit, not the tokenizer's, and keeps [SEP]", async () => {
  const client = startClient({ hub, model: 'tests/mean' });
  const input = 'one two three four five six seven';
  const { data: end } = await client.embeddings.create({ input });
  const { data: start } = await client.embeddings.create({ input, truncate: 'start' });
  expectVector(end[0]?.embedding, unit(meanVector(frame('one two three four'))));
  expectVector(start[0]?.embedding, unit(meanVector(frame('four five six seven'))));
  expect(end[0]).toMatchObject({ token_count: 6, truncated: true });
});

test('takes the first token when the files say so, and fp32 when there is no q8', async () => {
  const client = startClient({ hub, model: 'tests/cls-unscaled' });
  const { data, provider } = await client.embeddings.create({ input: 'nine' });
  expectVector(data[0]?.embedding, unit(tokenVector(CLS ?? 0)));
  expect(provider.dtype).toBe('fp32');
});

test('leaves vectors as the model makes them when the app wants that, in a space of their own', async () => {
  const client = startClient({ hub, model: 'tests/cls-unscaled', normalize: false });
  const { data, space } = await client.embeddings.create({ input: 'nine' });
  expectVector(data[0]?.embedding, tokenVector(CLS ?? 0));
  expect(space).toContain('scale=none');
});

test('takes the largest of each number when the files say so', async () => {
  const { data } = await startClient({ hub, model: 'tests/max-pooling' }).embeddings.create({ input: 'one two' });
  const [first = [], ...others] = frame('one two').map((id) => tokenVector(id));
  expectVector(
    data[0]?.embedding,
    unit(first.map((value, at) => Math.max(value, ...others.map((other) => other[at] ?? value)))),
  );
});

test('takes the last token when the files say so', async () => {
  const client = startClient({ hub, model: 'tests/last-token' });
  const { data } = await client.embeddings.create({ input: [toIds('one ten')] });
  expectVector(data[0]?.embedding, unit(tokenVector(toIds('ten')[0] ?? 0)));
});

test('puts the prompt of the task before texts, and not before tokens', async () => {
  const client = startClient({ hub, model: 'tests/prompts' });
  const query = await client.embeddings.create({ input: 'five', task: 'query' });
  const document = await client.embeddings.create({ input: 'five', task: 'document' });
  const tokens = await client.embeddings.create({ input: toIds('five'), task: 'query' });
  expectVector(query.data[0]?.embedding, unit(meanVector(frame('one two five'))));
  expectVector(document.data[0]?.embedding, unit(meanVector(frame('three five'))));
  expectVector(tokens.data[0]?.embedding, unit(meanVector(toIds('five'))));
  expect(query.space).toBe(document.space);
  expect(query.space).not.toContain('prompts=none');
  expect([query.prompt, document.prompt, tokens.prompt]).toEqual(['one two ', 'three ', '']);
  const clustering = client.embeddings.create({ input: 'five', task: 'clustering' });
  await expect(clustering).rejects.toMatchObject({ code: 'unsupported_parameter', param: 'task' });
});

test("puts the app's prompts before texts, in a space of their own", async () => {
  const client = startClient({ hub, model: 'tests/prompts', prompts: { query: 'nine ' } });
  const { data, prompt, space } = await client.embeddings.create({ input: 'five', task: 'query' });
  expectVector(data[0]?.embedding, unit(meanVector(frame('nine five'))));
  const other = await startClient({ hub, model: 'tests/prompts' }).embeddings.create({ input: 'five' });
  expect(prompt).toBe('nine ');
  expect(space).not.toBe(other.space);
});

test('takes files for the known model that the app says they are, with its prompts, widths and space', async () => {
  const sameAs = 'nomic-ai/nomic-embed-text-v1.5';
  const copy = startClient({ hub, model: 'tests/says-nothing', sameAs });
  const known = startClient({ hub, model: sameAs });
  const [one, other] = await Promise.all(
    [copy, known].map((client) => client.embeddings.create({ input: 'one', task: 'query', dimensions: 64 })),
  );
  expect(one?.prompt).toBe('search_query: ');
  expect(one?.space).toBe(other?.space);
  expect(one?.data).toEqual(other?.data);
});

test('pools as the app says when the files say nothing', async () => {
  const error = await catchRejection(
    startClient({ hub, model: 'tests/says-nothing' }).embeddings.create({ input: 'one' }),
  );
  expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported', param: 'pooling' });
  const client = startClient({ hub, model: 'tests/says-nothing', pooling: 'mean' });
  const { data } = await client.embeddings.create({ input: 'one' });
  expectVector(data[0]?.embedding, unit(meanVector(frame('one'))));
});

test('puts the pooled vector through a dense module', async () => {
  const { data } = await startClient({ hub, model: 'tests/dense' }).embeddings.create({ input: 'one two' });
  const [first = 0, second = 0, third = 0] = meanVector(frame('one two'));
  expectVector(data[0]?.embedding, unit([third, first, second]));
});

test('takes the file and the output that the app names', async () => {
  const negative = unit(meanVector(frame('one two'))).map((value) => -value);
  for (const options of [
    { model: 'tests/two-files', file: 'onnx/model_O2.onnx' },
    { model: 'tests/two-outputs', output: 'negative' },
  ]) {
    const [named, own] = await Promise.all(
      [options, { model: options.model }].map((one) =>
        startClient({ hub, ...one }).embeddings.create({ input: 'one two' }),
      ),
    );
    expectVector(named?.data[0]?.embedding, negative);
    expectVector(
      own?.data[0]?.embedding,
      negative.map((value) => -value),
    );
    expect(named?.space).not.toBe(own?.space);
  }
});

test('names a file in the space that is no other format of the usual one', async () => {
  const options = { hub, model: 'tests/two-files', file: 'onnx/text_model.onnx' };
  const { space } = await startClient(options).embeddings.create({ input: 'one two' });
  expect(space).toMatch(/^tests\/two-files\(onnx%2Ftext_model\)@/);
});

test.each([
  [
    { file: 'onnx/model_O4.onnx' },
    { code: 'model_file_missing', message: expect.stringContaining('model_O4') as string },
  ],
  [
    { output: 'logits' },
    { code: 'invalid_value', param: 'output', message: expect.stringContaining('negative') as string },
  ],
])('refuses %j that the model lacks, by name', async (options, error) => {
  const call = startClient({ hub, model: 'tests/two-outputs', ...options }).embeddings.create({ input: 'one' });
  expect(await catchRejection(call)).toMatchObject(error);
});

test('reads vectors in half precision', async () => {
  const { data } = await startClient({ hub, model: 'tests/half-output' }).embeddings.create({ input: 'one two' });
  const expected = unit(meanVector(frame('one two')));
  expect(data[0]?.embedding).toHaveLength(expected.length);
  expected.forEach((value, index) => {
    expect(data[0]?.embedding[index]).toBeCloseTo(value, 3);
  });
});

test.each([
  ['dense-without-weights', /Dense/],
  ['classifier', /logits/],
])('refuses the model "%s", whose vectors it could not make right', async (name, message) => {
  const error = await catchRejection(startClient({ hub, model: `tests/${name}` }).embeddings.create({ input: 'one' }));
  expect(error).toMatchObject({ name: 'ModelLoadError', code: 'model_unsupported', retryable: false });
  expect((error as Error).message).toMatch(message);
});

test('names the weights it looked for when the hub has none of that dtype', async () => {
  const client = startClient({ hub, model: 'tests/cls-unscaled', dtype: 'q4' });
  const error = await catchRejection(client.embeddings.create({ input: 'one' }));
  expect(error).toMatchObject({
    code: 'model_file_missing',
    url: `${hub}/tests/cls-unscaled/resolve/main/onnx/model_q4.onnx`,
  });
});

test('keeps models, revisions and poolings in spaces of their own', async () => {
  const spaces = await Promise.all(
    ['mean', 'last-token', 'cls-unscaled'].map(async (name) => {
      const client = startClient({ hub, model: `tests/${name}` });
      return (await client.embeddings.create({ input: 'one' })).space;
    }),
  );
  expect(new Set(spaces).size).toBe(3);
});

test('uses a known model as its maker meant, where its files say nothing', async () => {
  const client = startClient({ hub, model: 'nomic-ai/nomic-embed-text-v1.5' });
  const { data } = await client.embeddings.create({ input: 'five', task: 'clustering' });
  // The prompt's word and its colon aren't in the vocabulary.
  expectVector(data[0]?.embedding, unit(meanVector(frame('[UNK] [UNK] five'))));
});

test('cuts to the dimensions asked for, in a space of their own', async () => {
  const client = startClient({ hub, model: 'nomic-ai/nomic-embed-text-v1.5' });
  const whole = await client.embeddings.create({ input: 'one two' });
  const short = await client.embeddings.create({ input: 'one two', dimensions: 64 });
  const mean = meanVector(frame('one two'));
  const centre = mean.reduce((sum, value) => sum + value, 0) / mean.length;
  expectVector(short.data[0]?.embedding, unit(mean.slice(0, 64).map((value) => value - centre)));
  expect(short.space).toContain('dimensions=64');
  expect(short.space).not.toBe(whole.space);
  await expect(client.embeddings.create({ input: 'one', dimensions: 100 })).rejects.toMatchObject({
    param: 'dimensions',
    code: 'invalid_value',
  });
});
