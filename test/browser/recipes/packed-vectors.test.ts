/** The recipe for small vectors, as an app would use it. */
import { SpaceMismatchError, type EmbeddingClientOptions } from 'inpage-embeddings';
import { expect, inject, onTestFinished, test } from 'vitest';
import { PackedVectors, type PackedFormat } from '../../../demo/recipes/packed-vectors.js';
import { cosine, readReferences, catchRejection, startClient } from '../../support/client.js';

const TEXTS = readReferences().map(({ text }) => text);
const ALL = new Map(TEXTS.map((text, index) => [String(index), text]));
const DIMENSIONS = 512;

async function openVectors(
  name: string,
  format: PackedFormat,
  options?: EmbeddingClientOptions,
): Promise<PackedVectors> {
  const opened = await PackedVectors.open(startClient(options), name, format);
  onTestFinished(() => {
    opened.close();
  });
  return opened;
}

/** What float vectors find. */
async function findExactly(query: string): Promise<{ id: string; score: number }[]> {
  const client = startClient();
  const { data } = await client.embeddings.create({ input: [query, ...TEXTS] });
  const [asked, ...rows] = data.map(({ embedding }) => embedding);
  return rows
    .map((row, index) => ({ id: String(index), score: cosine(asked ?? [], row) }))
    .sort((one, other) => other.score - one.score);
}

test('int8 finds what floats find in a quarter of the bytes', async () => {
  const vectors = await openVectors('int8', 'int8');
  await vectors.add(ALL);
  expect(vectors.sizeBytes).toBe(TEXTS.length * DIMENSIONS);
  const exact = await findExactly('How is the weather?');
  const found = await vectors.find('How is the weather?');
  expect(found.map(({ id }) => id)).toEqual(exact.slice(0, 5).map(({ id }) => id));
  found.forEach(({ score }, index) => {
    expect(score).toBeCloseTo(exact[index]?.score ?? 0, 2);
  });
});

test('binary finds the nearest among its first ones in a thirty-second of the bytes', async () => {
  const vectors = await openVectors('binary', 'binary');
  await vectors.add(ALL);
  expect(vectors.sizeBytes).toBe((TEXTS.length * DIMENSIONS) / 8);
  const [nearest] = await findExactly('How is the weather?');
  const found = await vectors.find('How is the weather?', 10);
  expect(found.map(({ id }) => id)).toContain(nearest?.id);
  expect(Math.abs((found.find(({ id }) => id === nearest?.id)?.score ?? 1) - (nearest?.score ?? 0))).toBeLessThan(0.25);
});

test.each(['int8', 'binary'] as const)('%s vectors are there after the database was closed', async (format) => {
  const first = await openVectors('kept', format);
  await first.add(new Map([...ALL].slice(0, 4)));
  await first.add(new Map([...ALL].slice(4, 8)));
  const found = await first.find(TEXTS[6] ?? '', 8);
  expect(found[0]).toMatchObject({ id: '6' });
  expect(found[0]?.score).toBeCloseTo(1, 6);
  first.close();
  const again = await openVectors('kept', format);
  expect(again.sizeBytes).toBe(first.sizeBytes);
  expect(await again.find(TEXTS[6] ?? '', 8)).toEqual(found);
});

test('refuses to compare or to store vectors of another space that are as wide', async () => {
  const hub = inject('hubUrl');
  const plain = await openVectors('spaces', 'int8', { hub, model: 'tests/mean' });
  await plain.add(new Map([['a', 'one two']]));
  const other = await openVectors('spaces', 'int8', { hub, model: 'tests/last-token' });
  expect(await catchRejection(other.find('one'))).toBeInstanceOf(SpaceMismatchError);
  expect(await catchRejection(other.add(new Map([['b', 'two']])))).toBeInstanceOf(SpaceMismatchError);
  await other.clear();
  await other.add(new Map([['b', 'two']]));
  expect((await other.find('two')).map(({ id }) => id)).toEqual(['b']);
});
