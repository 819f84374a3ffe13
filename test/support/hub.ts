/** The hub the browser tests load models from: a file server on a socket of its own, so another origin than the page. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeModel } from '../../scripts/model/make-model.js';
import { startFileServer } from './file-server.js';
import { listArchitectureFolders, readArchitectures, type Architecture } from './architectures.js';
import { MINI_LM_DIR, readMiniLm, type MiniLmItem } from './mini-lm.js';
import { writeTinyModels } from './tiny-models.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `${hubUrl}/${model}/resolve/main/${file}`. */
    hubUrl: string;
    /** Reference vectors of all-MiniLM-L6-v2, when its files lie beside the checkout. */
    miniLm: MiniLmReference | undefined;
    /** Small graphs by real exporters with their vectors, when they lie beside the checkout; else none. */
    architectures: readonly Architecture[];
  }
}

/** all-MiniLM-L6-v2 as sentence-transformers computes it. */
export interface MiniLmReference {
  readonly items: readonly MiniLmItem[];
  /** Whether the hub has fp32 weights too. */
  readonly hasFp32: boolean;
}

/** Starts the hub before the browser tests and ends it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { modelDir } = makeModel();
  const tinyModels = mkdtempSync(join(tmpdir(), 'tiny-models-'));
  writeTinyModels(tinyModels);
  const server = await startFileServer({
    '/universal-sentence-encoder-lite/resolve/main/': modelDir,
    '/all-MiniLM-L6-v2/resolve/main/': MINI_LM_DIR,
    ...listArchitectureFolders(),
    '/': tinyModels,
  });
  project.provide('hubUrl', server.origin);
  const items = readMiniLm();
  const hasFp32 = existsSync(join(MINI_LM_DIR, 'onnx/model.onnx'));
  project.provide('miniLm', items && { items, hasFp32 });
  project.provide('architectures', readArchitectures());
  return async () => {
    await server.close();
    rmSync(tinyModels, { recursive: true });
  };
}
