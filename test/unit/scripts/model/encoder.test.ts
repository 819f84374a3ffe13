import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embed, getCosine, getDot, loadRuntime, loadTokenizer, readModelFile, readReferences } from './support.js';
import type { Session } from './support.js';

const references = readReferences({ withTies: false });
const tokenizer = loadTokenizer();
const batch = references.map(({ text }) => tokenizer.encode(text).slice(0, 128));

describe.each([
  ['fp32', 'onnx/model.onnx', 0.99999],
  ['q8', 'onnx/model_quantized.onnx', 0.998],
])('the %s encoder', (_dtype, file, minCosine) => {
  let session: Session;

  beforeAll(async () => {
    session = await (await loadRuntime()).InferenceSession.create(readModelFile(file));
  });

  afterAll(async () => {
    await session.release();
  });

  function getWorstCosine(vectors: readonly Float32Array[]): number {
    return Math.min(
      ...references.map(({ vector }, index) => getCosine(vectors[index] ?? new Float32Array(512), vector)),
    );
  }

  test(`embeds every reference text, alone, to a cosine of ${minCosine}`, async () => {
    const vectors: Float32Array[] = [];
    for (const ids of batch) vectors.push(...(await embed(session, [ids])));
    expect(getWorstCosine(vectors)).toBeGreaterThanOrEqual(minCosine);
  });

  test(`embeds them in padded batches of texts of like length, as a worker does, to a cosine of ${minCosine}`, async () => {
    const vectors: Float32Array[] = [];
    const byLength = [...batch.entries()].sort(([, one], [, other]) => one.length - other.length);
    for (let from = 0; from < byLength.length; from += 8) {
      const some = byLength.slice(from, from + 8);
      const rows = await embed(
        session,
        some.map(([, ids]) => ids),
      );
      some.forEach(([index], row) => {
        vectors[index] = rows[row] ?? new Float32Array();
      });
    }
    expect(getWorstCosine(vectors)).toBeGreaterThanOrEqual(minCosine);
  });

  test('gives a text the same vector whatever it is padded with', async () => {
    const [short, long] = [batch[0] ?? [], batch.find((ids) => ids.length === 128) ?? []];
    const [alone] = await embed(session, [short]);
    const [together] = await embed(session, [short, long]);
    const differences = (alone ?? []).map((value, index) => Math.abs(value - (together?.[index] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });

  test('takes no notice of tokens after the 128th', async () => {
    const long = references.find(({ ids }) => ids.length > 400);
    const [uncut, cut] = [
      await embed(session, [long?.ids ?? []]),
      await embed(session, [long?.ids.slice(0, 128) ?? []]),
    ];
    expect(uncut).toEqual(cut);
  });

  test('gives a text without tokens a vector of unit length, alone and in a batch', async () => {
    const [alone] = await embed(session, [[]]);
    const [together] = await embed(session, [[], batch[0] ?? []]);
    expect(getDot(alone ?? new Float32Array(), alone ?? new Float32Array())).toBeCloseTo(1, 5);
    expect(together).toEqual(alone);
  });
});

test('the q8 model is at most 7.5 MB', () => {
  expect(readModelFile('onnx/model_quantized.onnx').length).toBeLessThanOrEqual(7_500_000);
});
