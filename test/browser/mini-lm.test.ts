/** all-MiniLM-L6-v2 from a hub, against sentence-transformers. Runs where its files lie beside the checkout. */
import type { Dtype, EmbeddingClientOptions } from 'inpage-embeddings';
import { describe, expect, inject, test } from 'vitest';
import { cosine, startClient } from '../support/client.js';
import { RUNTIMES, type RuntimeOption } from '../support/runtimes.js';

const reference = inject('miniLm');
const items = reference?.items ?? [];
const options = { hub: inject('hubUrl'), model: 'all-MiniLM-L6-v2' } as const;

/** How near the vectors of a runtime are. */
interface Row {
  readonly dtype: Dtype;
  readonly runtime: RuntimeOption;
  readonly least: number;
  readonly mean: number;
}

const ROWS: readonly Row[] = [
  { dtype: 'q8', runtime: 'onnxruntime', least: 0.96, mean: 0.98 },
  { dtype: 'q8', runtime: 'kernel', least: 0.985, mean: 0.994 },
  // The kernel makes bytes of these.
  { dtype: 'fp32', runtime: 'kernel', least: 0.992, mean: 0.998 },
  { dtype: 'fp16', runtime: 'kernel', least: 0.992, mean: 0.998 },
];

describe.skipIf(!reference)('all-MiniLM-L6-v2', () => {
  test.each(ROWS.filter(({ dtype }) => dtype === 'q8' || reference?.hasFp32 === true))(
    'gives the $dtype vectors to a cosine of $least, $mean on average, on $runtime, long texts included',
    async ({ dtype, runtime, least, mean }) => {
      const client = startClient({ ...options, dtype, runtime });
      const { data, provider } = await client.embeddings.create({ input: items.map(({ text }) => text) });
      expect(provider).toMatchObject({ dtype, runtime });
      const cosines = data.map(({ embedding }, index) => cosine(embedding, items[index]?.embedding ?? []));
      expect(Math.min(...cosines)).toBeGreaterThanOrEqual(least);
      expect(cosines.reduce((sum, x) => sum + x, 0) / cosines.length).toBeGreaterThanOrEqual(mean);
    },
  );

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
  test.each<EmbeddingClientOptions>([
    ...RUNTIMES.map((runtime) => ({ dtype: 'q8' as const, runtime })),
    ...(reference?.hasFp32 === true ? [{ dtype: 'fp32' as const }] : []),
  ])('gives a text the same bits alone and among 31 longer ones with %j', async (choice) => {
    const client = startClient({ ...options, ...choice });
    const neighbours = Array.from({ length: 31 }, (_, index) => `neighbour ${index} goes on and on `.repeat(3 + index));
    const alone = await client.embeddings.create({ input: 'a short text' });
    const among = await client.embeddings.create({ input: [...neighbours, 'a short text'] });
    expect(among.data.at(-1)?.embedding).toEqual(alone.data[0]?.embedding);
  });
});
