/** all-MiniLM-L6-v2 from a hub, against sentence-transformers. Runs where its files lie beside the checkout. */
import { describe, expect, inject, test } from 'vitest';
import { cosine, startClient } from '../support/client.js';

const reference = inject('miniLm');
const items = reference?.items ?? [];
const options = { hub: inject('hubUrl'), model: 'all-MiniLM-L6-v2' } as const;

describe.skipIf(!reference)('all-MiniLM-L6-v2', () => {
  test('gives the q8 vectors to a cosine of 0.96, long texts included', async () => {
    const client = startClient(options);
    const { data, provider } = await client.embeddings.create({ input: items.map(({ text }) => text) });
    expect(provider.dtype).toBe('q8');
    const cosines = data.map(({ embedding }, index) => cosine(embedding, items[index]?.embedding ?? []));
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.96);
  });

  test('counts the tokens sentence-transformers counts', async () => {
    const client = startClient(options);
    const { data } = await client.embeddings.create({ input: items.map(({ text }) => text) });
    expect(data.map(({ token_count }) => token_count)).toEqual(items.map(({ ids }) => ids.length));
  });

  test.skipIf(reference?.hasFp32 !== true)('gives the fp32 vectors to a cosine of 0.9999', async () => {
    const client = startClient({ ...options, dtype: 'fp32' });
    const { data } = await client.embeddings.create({ input: items.map(({ text }) => text) });
    const cosines = data.map(({ embedding }, index) => cosine(embedding, items[index]?.embedding ?? []));
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.9999);
  });

  test('embeds up to 512 tokens when asked to', async () => {
    const client = startClient({ ...options, maxTokens: 512 });
    const input = 'a long text about one thing and another '.repeat(100);
    const { data } = await client.embeddings.create({ input });
    expect(data[0]).toMatchObject({ token_count: 512, truncated: true });
  });

  // One text a run: nothing is padded, and no other text has a say in how activations are quantised.
  test.each(reference?.hasFp32 === true ? (['q8', 'fp32'] as const) : (['q8'] as const))(
    'gives a text the same bits in %s alone and among 31 longer ones',
    async (dtype) => {
      const client = startClient({ ...options, dtype });
      const neighbours = Array.from({ length: 31 }, (_, index) =>
        `neighbour ${index} goes on and on `.repeat(3 + index),
      );
      const alone = await client.embeddings.create({ input: 'a short text' });
      const among = await client.embeddings.create({ input: [...neighbours, 'a short text'] });
      expect(among.data.at(-1)?.embedding).toEqual(alone.data[0]?.embedding);
    },
  );
});
