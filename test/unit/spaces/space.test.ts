import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeFile, describeSpace, type SpaceParts } from '../../../src/spaces/space.js';

const PARTS: SpaceParts = {
  model: 'owner/name',
  revision: 'main',
  pooling: 'mean',
  scale: 'unit',
  prompts: {},
  dimensions: 384,
};

/** As options and model files can hold them: a model's id has neither '@' nor ';'. Few values, so that many are equal. */
const arbitraries = {
  model: fc.constantFrom('a', 'b', 'owner/a', 'a-main'),
  revision: fc.oneof(fc.constantFrom('main', 'v1', 'a@main', 'main;pooling=cls', 'refs/pr/1'), fc.string()),
  pooling: fc.constantFrom('mean', 'cls', 'last_token', 'model'),
  scale: fc.constantFrom('unit', 'unit-uncut', 'none'),
  prompts: fc.dictionary(fc.constantFrom('query', 'document', 'STS'), fc.constantFrom('', 'query: ', '"', '😀'), {
    noNullPrototype: true,
  }),
  dimensions: fc.constantFrom(3, 38, 384),
};

const parts: fc.Arbitrary<SpaceParts> = fc.record(arbitraries);
/** Some of the parts, so that two spaces differ in few of them or in none. */
const changes = fc.record(arbitraries, { requiredKeys: [] });

/** The parts as values that are equal exactly when the parts are, whatever the order of the prompts. */
function comparable({ prompts, ...rest }: SpaceParts): unknown {
  return { ...rest, prompts: Object.entries(prompts).sort() };
}

describe('describeSpace', () => {
  test('is readable', () => {
    expect(describeSpace(PARTS)).toBe('owner/name@main;pooling=mean;scale=unit;prompts=none;dimensions=384');
    expect(describeSpace({ ...PARTS, pooling: 'cls', scale: 'none', prompts: { query: 'query: ' } })).toMatch(
      /^owner\/name@main;pooling=cls;scale=none;prompts=[0-9a-f]{8};dimensions=384$/,
    );
  });

  test('is equal exactly when every part is', () => {
    fc.assert(
      fc.property(parts, changes, (one, change) => {
        const other = { ...one, ...change };
        const isEqual = JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));
        expect(describeSpace(one) === describeSpace(other)).toBe(isEqual);
      }),
      { numRuns: 1000 },
    );
  });

  test.each<Partial<SpaceParts>>([
    { model: 'owner/other' },
    { revision: 'v2' },
    { pooling: 'cls' },
    { scale: 'none' },
    { prompts: { query: 'query: ' } },
    { dimensions: 256 },
  ])('changes with %j', (change) => {
    expect(describeSpace({ ...PARTS, ...change })).not.toBe(describeSpace(PARTS));
  });

  test.each<[what: string, one: Record<string, string>, other: Record<string, string>]>([
    ['its text', { query: 'query: ' }, { query: 'query:' }],
    ['its name', { query: 'query: ' }, { document: 'query: ' }],
    ['another one', { query: 'a' }, { query: 'a', document: 'b' }],
    ['an empty one', {}, { query: '' }],
    ['text moved between name and text', { ab: 'c' }, { a: 'bc' }],
    ['texts exchanged', { query: 'a', document: 'b' }, { query: 'b', document: 'a' }],
  ])('tells prompts apart by %s', (_what, one, other) => {
    expect(describeSpace({ ...PARTS, prompts: one })).not.toBe(describeSpace({ ...PARTS, prompts: other }));
  });

  test("doesn't depend on the order of prompts", () => {
    const one = describeSpace({ ...PARTS, prompts: { query: 'a', document: 'b', STS: 'c' } });
    const other = describeSpace({ ...PARTS, prompts: { STS: 'c', document: 'b', query: 'a' } });
    expect(other).toBe(one);
  });

  test("doesn't depend on dtype and device", () => {
    const [q8, fp32] = ['q8', 'fp32'].map((dtype) => describeSpace({ ...PARTS, dtype, device: 'wasm' } as SpaceParts));
    expect(q8).toBe(describeSpace(PARTS));
    expect(fp32).toBe(q8);
  });

  test('stays the same between versions of this library, since apps store it', () => {
    expect(describeSpace({ ...PARTS, prompts: { query: 'query: ', document: 'passage: ' } })).toBe(
      `owner/name@main;pooling=mean;scale=unit;prompts=a58ac940;dimensions=384`,
    );
  });
});

describe('describeFile', () => {
  test.each([
    undefined,
    'onnx/model.onnx',
    'onnx/model_O2.onnx',
    'onnx/model_quantized.onnx',
    'onnx/model_q4f16.onnx',
    'onnx/model_qint8_avx512_vnni.onnx',
    'onnx/model_quint8_avx2.onnx',
    'onnx/model_O4_fp16.onnx',
  ])('says nothing of %s, which is the model in some format', (file) => {
    expect(describeFile(file)).toBe('');
  });

  test('tells other models of a repository apart, whatever their format', () => {
    const models = [
      ['onnx/text_model.onnx', 'onnx/text_model_quantized.onnx', 'onnx/text_model_O3.onnx'],
      ['onnx/model_v2.onnx', 'onnx/model_v2_int8.onnx'],
      ['v2/onnx/model.onnx', 'v2/onnx/model_fp16.onnx'],
      ['model.onnx'],
      ['onnx/encoder_model.onnx'],
      ['onnx/model_O9.onnx'],
    ].map((files) => new Set(files.map(describeFile)));
    expect(models.map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(models.flatMap((names) => [...names])).size).toBe(6);
    expect(describeFile('onnx/text;model@1.onnx')).not.toMatch(/[;@]/);
  });
});
