/** `client.tokens()`: what the model gets of a text, and where it was written. */
import { BadRequestError, EmbeddingClient } from 'inpage-embeddings';
import { afterAll, describe, expect, test } from 'vitest';

const client = new EmbeddingClient({ device: 'wasm' });

afterAll(() => {
  client.dispose();
});

describe('client.tokens()', () => {
  test('gives ids that embed to the vector of their text, and as many as it counts', async () => {
    const input = ['A note about gulls.', '東京 Ünïcödé ﷺ'];
    const lists = await client.tokens(input);
    const [ofTexts, ofIds] = await Promise.all([
      client.embeddings.create({ input }),
      client.embeddings.create({ input: lists.map(({ ids }) => [...ids]) }),
    ]);
    expect(lists.map(({ count }) => count)).toEqual(ofTexts.data.map((row) => row.token_count));
    expect(ofIds.data.map(({ embedding }) => embedding)).toEqual(ofTexts.data.map(({ embedding }) => embedding));
    expect(lists.every(({ truncated }) => !truncated)).toBe(true);
  });

  test('says where each token is in its text', async () => {
    const text = 'Gulls 🐦 are\u00a0loud';
    const [list] = await client.tokens(text);
    const words = list?.ranges.map(([start, end]) => text.slice(start, end)).join('');
    expect(words?.replaceAll(/\s/g, '')).toBe('Gulls🐦areloud');
    expect(list?.ranges).toHaveLength(list?.count ?? -1);
  });

  test('cuts a text as the model does', async () => {
    const [list] = await client.tokens('gulls are loud '.repeat(2_000));
    const { data } = await client.embeddings.create({ input: 'gulls are loud '.repeat(2_000) });
    expect(list).toMatchObject({ truncated: true, count: data[0]?.token_count });
    expect(list?.ranges.at(-1)?.[1]).toBeGreaterThan(300);
  });

  test.each<[what: string, input: unknown]>([
    ['a number', 1],
    ['an array with a number', ['a', 1]],
    ['an empty text', ''],
  ])('refuses %s', async (_what, input) => {
    const refused = client.tokens(input as string);
    await expect(refused).rejects.toBeInstanceOf(BadRequestError);
    await expect(refused).rejects.toMatchObject({ param: 'input' });
  });

  test('refuses what it does not know, and gives no texts no tokens', async () => {
    await expect(client.tokens('a', { truncate: 'start' } as object)).rejects.toMatchObject({ param: 'truncate' });
    expect(await client.tokens([])).toEqual([]);
  });

  test('ends with its signal', async () => {
    await expect(client.tokens('a', { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });
});
