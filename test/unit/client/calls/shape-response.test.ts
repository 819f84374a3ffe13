import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProviderInfo } from '../../../../src/api/embeddings.js';
import { shapeEmbeddings, shapeResponse } from '../../../../src/client/calls/shape-response.js';
import type { EncodingFormat } from '../../../../src/api/vocabulary.js';
import type { EmbeddedRows } from '../../../../src/contract/target.js';

const provider: ProviderInfo = { kind: 'local', id: 'fake', device: 'wasm', runtime: 'onnxruntime', dtype: 'q8' };

function makeRows(vectors: Float32Array, dimensions: number): EmbeddedRows {
  const count = vectors.length / dimensions;
  return {
    vectors,
    dimensions,
    tokenCounts: Uint32Array.from({ length: count }, (_, index) => index + 3),
    truncated: Uint8Array.from({ length: count }, (_, index) => index % 2),
    totalTokens: count * 3 + (count * (count - 1)) / 2,
    space: 'some-space',
    provider,
    model: 'some-model',
  };
}

function decode(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

const float32 = fc.float({ noNaN: true });
const rowsArbitrary = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }))
  .chain(([dimensions, count]) =>
    fc
      .array(float32, { minLength: dimensions * count, maxLength: dimensions * count })
      .map((values) => makeRows(Float32Array.from(values), dimensions)),
  );

/** The whole response for one part. */
function shape(rows: EmbeddedRows, format: EncodingFormat): ReturnType<typeof shapeResponse> {
  return shapeResponse(shapeEmbeddings(rows, 0, format), rows.totalTokens, rows);
}

describe('shapeResponse', () => {
  test("gives OpenAI's response, with space, provider and tokens per input", () => {
    const rows = makeRows(new Float32Array([1, 2, 3, 4]), 2);
    expect(shape(rows, 'float')).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [1, 2], token_count: 3, truncated: false },
        { object: 'embedding', index: 1, embedding: [3, 4], token_count: 4, truncated: true },
      ],
      model: 'some-model',
      usage: { prompt_tokens: 7, total_tokens: 7 },
      space: 'some-space',
      prompt: '',
      provider,
    });
  });

  test('gives plain arrays for float, which JSON keeps', () => {
    const response = shape(makeRows(new Float32Array([0.5, -0.25]), 2), 'float');
    expect(Array.isArray(response.data[0]?.embedding)).toBe(true);
    expect(JSON.parse(JSON.stringify(response))).toEqual(response);
  });

  test('gives base64 of little-endian float32', () => {
    const response = shape(makeRows(new Float32Array([1, -2]), 2), 'base64');
    expect(response.data[0]?.embedding).toBe(Buffer.from([0, 0, 128, 63, 0, 0, 0, 192]).toString('base64'));
  });

  test('gives int8 as integers, each row scaled by its own largest', () => {
    const { data } = shape(makeRows(new Float32Array([0.5, -0.25, 0.1, 0.2]), 2), 'int8');
    expect(data.map(({ embedding }) => embedding)).toEqual([
      [127, -63],
      [64, 127],
    ]);
  });

  test('gives binary as bytes, each row padded by itself', () => {
    const { data } = shape(makeRows(new Float32Array([0.5, -0.25, 0.1, 0.2]), 2), 'binary');
    expect(data.map(({ embedding }) => embedding)).toEqual([[0b10000000], [0b11000000]]);
  });

  test.each(['int8', 'binary'] as const)('gives plain arrays for %s, which JSON keeps', (format) => {
    const response = shape(makeRows(new Float32Array([0.5, -0.25]), 2), format);
    expect(Array.isArray(response.data[0]?.embedding)).toBe(true);
    expect(JSON.parse(JSON.stringify(response))).toEqual(response);
  });

  test('gives the same numbers in float and base64, each row in its place', () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const floats = shape(rows, 'float').data;
        const texts = shape(rows, 'base64').data;
        const expected = Array.from(rows.tokenCounts ?? [], (_, index) =>
          Array.from(rows.vectors.slice(index * rows.dimensions, (index + 1) * rows.dimensions)),
        );
        expect(floats.map(({ embedding }) => embedding)).toEqual(expected);
        expect(texts.map(({ embedding }) => decode(String(embedding)))).toEqual(expected);
        expect(floats.map(({ index }) => index)).toEqual(expected.map((_, index) => index));
      }),
    );
  });

  test('sums the tokens of every input', () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const { data, usage } = shape(rows, 'float');
        const sum = data.reduce((total, { token_count = NaN }) => total + token_count, 0);
        expect(usage).toEqual({ prompt_tokens: sum, total_tokens: sum });
      }),
    );
  });

  test('reads rows from the middle of a buffer', () => {
    const vectors = new Float32Array([9, 9, 1, 2, 9]).subarray(2, 4);
    const [item] = shape(makeRows(vectors, 2), 'base64').data;
    expect(decode(String(item?.embedding))).toEqual([1, 2]);
  });

  test("doesn't keep the rows' buffer", () => {
    const rows = makeRows(new Float32Array([1, 2]), 2);
    const response = shape(rows, 'float');
    rows.vectors.fill(0);
    expect(response.data[0]?.embedding).toEqual([1, 2]);
  });

  test('counts the inputs of a later part from where it starts', () => {
    const rows = makeRows(new Float32Array([1, 2, 3, 4]), 2);
    expect(shapeEmbeddings(rows, 512, 'float').map(({ index }) => index)).toEqual([512, 513]);
  });
});
