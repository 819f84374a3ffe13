/** The bundled model in the real worker, against vectors of the original TensorFlow.js graph. */
import type { EmbeddingClientOptions } from 'inpage-embeddings';
import { describe, expect, inject, test } from 'vitest';
import { cosine, readReferences, startClient } from '../support/client.js';
import { RUNTIMES, type RuntimeOption } from '../support/runtimes.js';

/** Its score ties: TensorFlow.js and the Hugging Face tokenizer choose different, equally likely pieces. */
const TIED_TEXT = /^!{10} /;

const references = readReferences();
const untied = references.filter(({ text }) => !TIED_TEXT.test(text));

interface Row {
  readonly dtype: string;
  readonly runtime: RuntimeOption;
  readonly options?: EmbeddingClientOptions;
  readonly minCosine: number;
}

const ROWS: readonly Row[] = [
  { dtype: 'q8', runtime: 'onnxruntime', minCosine: 0.998 },
  { dtype: 'fp32', runtime: 'onnxruntime', options: { hub: inject('hubUrl'), dtype: 'fp32' }, minCosine: 0.99999 },
  { dtype: 'q8', runtime: 'kernel', minCosine: 0.995 },
];

describe.each(ROWS)('the bundled model in $dtype on $runtime', (row) => {
  const { dtype, runtime, options, minCosine } = row;

  test(`gives the reference vectors to a cosine of ${minCosine}`, async () => {
    const client = startClient({ runtime, ...options });
    const response = await client.embeddings.create({ input: untied.map(({ text }) => text) });
    expect(response.provider).toMatchObject({ dtype, runtime });
    expect(response.data).toHaveLength(untied.length);
    for (const [index, { embedding }] of response.data.entries()) {
      expect(embedding).toHaveLength(512);
      expect(cosine(embedding, untied[index]?.vector ?? [])).toBeGreaterThanOrEqual(minCosine);
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

test.each(RUNTIMES)('gives a text the same bits alone and among others on %s', async (runtime) => {
  const client = startClient({ runtime });
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
