/** Folders as releases of sentence-transformers save them, with their own vectors, where they lie beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../../src/api/vocabulary.js';
import { isEmbeddingError } from '../../../src/errors/errors.js';
import { evaluateOutput } from '../../../src/runtime/onnx/evaluate.js';
import { readGraph } from '../../../src/runtime/onnx/read-graph.js';
import { Embedder } from '../../../src/runtime/host/embedder.js';
import { chooseOutput } from '../../../src/runtime/recipe/graph-output.js';
import { listModuleFiles } from '../../../src/runtime/files/list-modules.js';
import type { ModelFiles } from '../../../src/runtime/files/model-files.js';
import { readRecipe } from '../../../src/runtime/recipe/model-recipe.js';
import { Pipeline } from '../../../src/runtime/host/pipeline.js';
import { needsTokenVectors, resolveRecipe } from '../../../src/runtime/recipe/resolve-recipe.js';
import { openModelTokenizer } from '../../../src/runtime/tokens/tokenizer.js';
import { readValues } from '../../../src/runtime/onnx/read-values.js';

const SAVED = join(import.meta.dirname, '../../../../shared/models/saved');

interface Golden {
  readonly expected: 'right' | 'refused';
  readonly refusal_ok: boolean;
  readonly dtypes: readonly string[];
  readonly texts: readonly string[];
  readonly vectors: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const GOLDEN: Readonly<Record<string, Golden>> = existsSync(join(SAVED, 'golden.json'))
  ? (JSON.parse(readFileSync(join(SAVED, 'golden.json'), 'utf8')) as Record<string, Golden>)
  : {};

function openFolder(folder: string): ModelFiles {
  const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  const read = (path: string): Promise<void> => {
    if (existsSync(join(folder, path))) bytes.set(path, new Uint8Array(readFileSync(join(folder, path))));
    return Promise.resolve();
  };
  const weightsPath = existsSync(join(folder, 'onnx/model.onnx')) ? 'onnx/model.onnx' : 'onnx/model_quantized.onnx';
  const modules = existsSync(join(folder, 'modules.json'))
    ? (JSON.parse(readFileSync(join(folder, 'modules.json'), 'utf8')) as unknown)
    : undefined;
  const names = ['config', 'tokenizer', 'tokenizer_config', 'config_sentence_transformers', 'modules'];
  const paths = [...names.map((name) => `${name}.json`), weightsPath, ...listModuleFiles(modules)];
  for (const path of paths) void read(path);
  return {
    bytes,
    dtype: 'fp32',
    weightsPath,
    url: (path: string) => path,
    fetchOptional: read,
  } as unknown as ModelFiles;
}

/** The model as a worker loads it, but computed in plain JavaScript. */
async function load(folder: string): Promise<Embedder> {
  const files = openFolder(folder);
  const weights = files.bytes.get(files.weightsPath) ?? new Uint8Array();
  const request = { canonicalName: 'saved', chosen: { normalize: false } };
  const recipe = readRecipe(files);
  const output = chooseOutput(readValues(weights).outputs, { prefersTokens: needsTokenVectors(request, recipe) });
  const resolved = resolveRecipe(request, recipe, output);
  const graph = readGraph(weights);
  const runtime = {
    ...openModelTokenizer(files),
    poolsInGraph: false,
    run: ([ids = []]: readonly (readonly number[])[]) => {
      const data = Float32Array.from(evaluateOutput(graph, output.name, { ids }).data);
      return Promise.resolve({ data, dimensions: output.isPooled ? data.length : data.length / ids.length });
    },
  };
  const told = { device: 'wasm', dtype: 'fp32', subject: '' } as const;
  return Embedder.create(runtime, resolved, await Pipeline.load(resolved, files), told);
}

function length(vector: Iterable<number>): number {
  return Math.hypot(...vector);
}

async function compare(embedder: Embedder, { texts, vectors }: Golden, isExact: boolean): Promise<void> {
  const { dimensions } = embedder.model;
  for (const [task, rows] of Object.entries(vectors)) {
    const items = texts.map((content) => ({
      content,
      truncate: 'end' as const,
      ...(task !== 'none' && { task: task as Task }),
    }));
    const batch = await embedder.embed({ items });
    rows.forEach((row, index) => {
      const vector = batch.vectors.subarray(index * dimensions, (index + 1) * dimensions);
      const dot = row.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0);
      expect(row).toHaveLength(dimensions);
      expect(dot / length(row) / length(vector)).toBeGreaterThan(isExact ? 0.9999 : 0.99);
      expect(Math.abs(length(vector) / length(row) - 1)).toBeLessThan(isExact ? 0.001 : 0.02);
    });
  }
}

describe.skipIf(Object.keys(GOLDEN).length === 0)('a folder saved by sentence-transformers', () => {
  const there = Object.entries(GOLDEN).filter(([, { dtypes }]) => dtypes.length > 0);

  test.each(there)('gives the vectors of its release, or is refused: %s', async (name, golden) => {
    const isExact = existsSync(join(SAVED, name, 'onnx/model.onnx'));
    let embedder: Embedder;
    try {
      embedder = await load(join(SAVED, name));
    } catch (error) {
      expect(isEmbeddingError(error, 'model_unsupported')).toBe(true);
      expect(golden.refusal_ok || golden.expected === 'refused').toBe(true);
      return;
    }
    expect(golden.expected).toBe('right');
    await compare(embedder, golden, isExact);
  });
});
