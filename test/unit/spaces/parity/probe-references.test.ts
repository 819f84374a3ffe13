import { afterEach, expect, test, vi } from 'vitest';
import { PROBE_TEXTS } from '../../../../src/spaces/parity/parity-probe.js';
import { ProbeReferences } from '../../../../src/spaces/parity/probe-references.js';
import type { EmbeddedRows, LocalTarget } from '../../../../src/contract/target.js';
import { stubStorage } from '../../storage/stub-storage.js';

/** What earlier versions have stored it under, and will look for. */
const KEY = 'inpage-embeddings/probe/2/owner/name@main';

/** Answers with vectors of two numbers that count up. */
const device: Pick<LocalTarget, 'embed' | 'recipe'> = {
  embed: ({ inputs }) => {
    const rows: EmbeddedRows = {
      vectors: Float32Array.from({ length: inputs.length * 2 }, (_, index) => index / 8),
      dimensions: 2,
      totalTokens: 0,
      space: 'owner/name@main;dimensions=2',
      provider: { kind: 'local', id: 'wasm', device: 'wasm', dtype: 'q8' },
      model: 'owner/name',
    };
    return Promise.resolve(rows);
  },
  recipe: () => ({ prompts: { query: 'q: ' }, normalize: true }),
};

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a reference is remembered by later pages as it was made', async () => {
  const items = stubStorage();
  const made = await new ProbeReferences('owner/name@main').make(device as LocalTarget, new AbortController().signal);
  expect([...items.keys()]).toEqual([KEY]);
  expect(new ProbeReferences('owner/name@main').known).toEqual(made);
  expect(new ProbeReferences('owner/other@main').known).toBeUndefined();
});

test('a reference that is damaged is taken for none', () => {
  const whole = { dimensions: 2, vectors: PROBE_TEXTS.flatMap(() => [0.5, 0]), longVector: [1, 0] };
  const known = (stored: object): unknown => {
    stubStorage(new Map([[KEY, JSON.stringify(stored)]]));
    return new ProbeReferences('owner/name@main').known;
  };
  expect(known(whole)).toMatchObject({ longVector: Float32Array.of(1, 0) });
  for (const damage of [
    { dimensions: 3 },
    { dimensions: '2' },
    { dimensions: undefined },
    { vectors: undefined },
    { vectors: null },
    { vectors: 8 },
    { vectors: whole.vectors.slice(1) },
    { vectors: whole.vectors.map(() => null) },
    { vectors: whole.vectors.map(() => ({ valueOf: 1, toString: 1 })) },
    { longVector: 'ab' },
    { longVector: [1, NaN] },
    { longVector: [1] },
  ]) {
    expect(known({ ...whole, ...damage }), JSON.stringify(damage)).toBeUndefined();
  }
  expect(known([])).toBeUndefined();
});
