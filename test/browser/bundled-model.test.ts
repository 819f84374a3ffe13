/** The bundled model in the real worker, against vectors of the original TensorFlow.js graph. */
import { describe, expect, inject, test } from 'vitest';
import { cosine, readReferences, startClient } from '../support/client.js';

/** Its score ties: TensorFlow.js and the Hugging Face tokenizer choose different, equally likely pieces. */
const TIED_TEXT = /^!{10} /;

const references = readReferences();
const untied = references.filter(({ text }) => !TIED_TEXT.test(text));

describe.each([
  { dtype: 'q8', options: {}, leastCosine: 0.998 },
  { dtype: 'fp32', options: { hub: inject('hubUrl'), dtype: 'fp32' }, leastCosine: 0.99999 },
] as const)('the bundled model in $dtype', ({ dtype, options, leastCosine }) => {
  test(`gives the reference vectors to a cosine of ${leastCosine}`, async () => {
    const client = startClient(options);
    const response = await client.embeddings.create({ input: untied.map(({ text }) => text) });
    expect(response.provider.dtype).toBe(dtype);
    expect(response.data).toHaveLength(untied.length);
    for (const [index, { embedding }] of response.data.entries()) {
      expect(embedding).toHaveLength(512);
      expect(cosine(embedding, untied[index]?.vector ?? [])).toBeGreaterThanOrEqual(leastCosine);
    }
  });
});

test('counts the tokens of the reference, up to the limit of 128', async () => {
  const client = startClient();
  const { data, usage } = await client.embeddings.create({ input: untied.map(({ text }) => text) });
  const expected = untied.map(({ ids }) => Math.min(ids.length, 128));
  expect(data.map(({ token_count }) => token_count)).toEqual(expected);
  expect(usage.prompt_tokens).toBe(expected.reduce((sum, count) => sum + count, 0));
  expect(usage.total_tokens).toBe(usage.prompt_tokens);
});

test('gives a text the same bits alone and among others', async () => {
  const client = startClient();
  const texts = untied.slice(0, 20).map(({ text }) => text);
  const together = await client.embeddings.create({ input: texts });
  for (const [index, text] of texts.entries()) {
    const alone = await client.embeddings.create({ input: text });
    expect(alone.data[0]?.embedding).toEqual(together.data[index]?.embedding);
  }
});

test('embeds token ids as the text they came from', async () => {
  const client = startClient();
  const { text, ids } = untied[0] ?? { text: '', ids: [] };
  const fromText = await client.embeddings.create({ input: text });
  const fromIds = await client.embeddings.create({ input: ids });
  const fromMany = await client.embeddings.create({ input: [ids, ids] });
  expect(fromIds.data[0]?.embedding).toEqual(fromText.data[0]?.embedding);
  expect(fromMany.data.map(({ index }) => index)).toEqual([0, 1]);
});
