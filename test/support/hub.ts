/** The hub the browser tests load models from: a file server on a socket of its own, so another origin than the page. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeModel } from '../../scripts/model/make-model.js';
import { ROOT } from '../../scripts/package/paths.js';
import { startFileServer } from './file-server.js';
import { writeTinyModels } from './tiny-models.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `${hubUrl}/${model}/resolve/main/${file}`. */
    hubUrl: string;
    /** Reference vectors of all-MiniLM-L6-v2, when its files lie beside the checkout. */
    miniLm: MiniLmReference | undefined;
  }
}

/** all-MiniLM-L6-v2 as sentence-transformers computes it. */
export interface MiniLmReference {
  readonly items: readonly {
    readonly text: string;
    readonly embedding: readonly number[];
    readonly ids: readonly number[];
  }[];
  /** Whether the hub has fp32 weights too. */
  readonly hasFp32: boolean;
}

const SHARED_MODELS = join(ROOT, '../shared/models');

/** A folder with more weights of all-MiniLM-L6-v2, which nothing here makes. */
const LARGER_WEIGHTS = process.env['MINILM_DIR'];

/** Starts the hub before the browser tests and ends it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { modelDir } = makeModel();
  const miniLmDir = LARGER_WEIGHTS ?? join(SHARED_MODELS, 'all-MiniLM-L6-v2');
  const tinyModels = mkdtempSync(join(tmpdir(), 'tiny-models-'));
  writeTinyModels(tinyModels);
  const server = await startFileServer({
    '/universal-sentence-encoder-lite/resolve/main/': modelDir,
    '/all-MiniLM-L6-v2/resolve/main/': miniLmDir,
    '/': tinyModels,
  });
  project.provide('hubUrl', server.origin);
  project.provide('miniLm', readMiniLm(miniLmDir));
  return async () => {
    await server.close();
    rmSync(tinyModels, { recursive: true });
  };
}

function readMiniLm(directory: string): MiniLmReference | undefined {
  if (!existsSync(join(directory, 'golden.json'))) return undefined;
  const golden = readJson(join(directory, 'golden.json')) as { items: { text: string; embedding: number[] }[] };
  const tokens = readJson(join(directory, 'golden-ids.json')) as { text: string; ids: number[] }[];
  const items = golden.items.map((item, index) => ({ ...item, ids: tokens[index]?.ids ?? [] }));
  return { items, hasFp32: existsSync(join(directory, 'onnx/model.onnx')) };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
