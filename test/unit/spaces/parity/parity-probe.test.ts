import { describe, expect, test } from 'vitest';
import { findKnownProbes } from '../../../../src/spaces/parity/known/known-probes.js';
import { compareWithReference, PROBE_TEXTS, type ProbeReference } from '../../../../src/spaces/parity/parity-probe.js';

const REFERENCE: ProbeReference = {
  space: 'some-space;dimensions=2',
  dimensions: 2,
  vectors: Float32Array.from(PROBE_TEXTS.flatMap((_, row) => [Math.cos(row), Math.sin(row)])),
  longVector: Float32Array.of(1, 0),
  prompts: {},
  normalize: true,
};

/** Vectors turned by an angle whose cosine is given. */
function turn(vectors: Float32Array, cosine: number): Float32Array {
  const angle = Math.acos(cosine);
  return vectors.map((_, index) => {
    const [x = 0, y = 0] = vectors.subarray(index - (index % 2));
    return index % 2 === 0 ? x * Math.cos(angle) - y * Math.sin(angle) : x * Math.sin(angle) + y * Math.cos(angle);
  });
}

describe('compareWithReference', () => {
  test.each([
    ['the same vectors', 1, true],
    ['rounded ones', 0.991, true],
    ['other ones', 0.989, false],
    ['opposite ones', -1, false],
  ])('judges %s', (_what, cosine, passed) => {
    expect(compareWithReference(REFERENCE, { dimensions: 2, vectors: turn(REFERENCE.vectors, cosine) }).passed).toBe(
      passed,
    );
  });

  test('judges by the worst vector, and the long text for itself', () => {
    const vectors = REFERENCE.vectors.slice();
    vectors[0] = 0;
    expect(compareWithReference(REFERENCE, { dimensions: 2, vectors })).toMatchObject({ passed: false });
    const cut = compareWithReference(REFERENCE, {
      dimensions: 2,
      vectors: REFERENCE.vectors,
      longVector: turn(REFERENCE.longVector, 0.85),
    });
    expect(cut).toMatchObject({ passed: false });
    expect(cut.reason).toContain('cuts long texts elsewhere');
  });

  test('scales nothing: only the direction counts', () => {
    const vectors = REFERENCE.vectors.map((value) => value * 7);
    expect(compareWithReference(REFERENCE, { dimensions: 2, vectors }).passed).toBe(true);
  });

  test('refuses another width', () => {
    const verdict = compareWithReference(REFERENCE, { dimensions: 3, vectors: new Float32Array(12) });
    expect(verdict).toMatchObject({ passed: false });
    expect(verdict.reason).toContain('3 numbers');
  });
});

describe('findKnownProbes', () => {
  test.each([
    ['all-MiniLM-L6-v2', 384],
    ['universal-sentence-encoder-lite', 512],
  ])('has a vector for each probe text of %s', (name, dimensions) => {
    const [known] = findKnownProbes(name);
    expect(known).toMatchObject({ dimensions, prompts: {}, normalize: true, dtype: 'fp32' });
    expect(known?.space).toContain(`;dimensions=${String(dimensions)}`);
    expect(known?.vectors).toHaveLength(PROBE_TEXTS.length * dimensions);
    expect(known?.longVector).toHaveLength(dimensions);
    expect(known?.vectors.some((value) => value !== 0)).toBe(true);
  });

  test('has none for others', () => {
    expect(findKnownProbes('bge-small-en-v1.5')).toEqual([]);
  });
});
