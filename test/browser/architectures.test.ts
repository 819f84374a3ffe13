/** Graphs of 32 kinds, as real exporters write them: each gives its framework's vectors. Runs where they lie beside the checkout. */
import { describe, expect, inject, test } from 'vitest';
import { cosine, startClient } from '../support/client.js';

const graphs = inject('architectures');
const hub = inject('hubUrl');

describe.skipIf(graphs.length === 0)('ONNX Runtime gives the vectors', () => {
  test.each(graphs.map(({ name }) => name))('of %s', async (name) => {
    const graph = graphs.find((candidate) => candidate.name === name);
    const client = startClient({
      hub,
      model: `architectures/${name}`,
      dtype: 'fp32',
      runtime: 'onnxruntime',
      workers: 1,
    });
    // Some take fewer tokens than the longest of these has.
    const ids = graph?.ids.slice(0, 6).map((row) => [...row]) ?? [];
    const { data } = await client.embeddings.create({ input: ids });
    const cosines = data.map(({ embedding }, index) => cosine(embedding, graph?.embeddings[index] ?? []));
    expect(Math.min(...cosines)).toBeGreaterThan(0.99999);
  });
});
