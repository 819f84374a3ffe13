/** `npm run build`: leaves `dist/`, ready for plain static hosting and for bundlers. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { makeModel } from '../model/make-model.js';
import { buildKernel, compileSearch } from './build-kernel.js';
import { bundleAdapters, bundleEntries, bundleWorker, WORKERS } from './bundle.js';
import { describeModelFiles } from './model-manifest.js';
import { writeNotices } from './notices.js';
import { ROOT } from './paths.js';

const DIST = join(ROOT, 'dist');
const ASSETS = join(DIST, 'assets');
const MODELS = join(ROOT, 'models');

/** ONNX Runtime's builds: plain, and with WebGPU, which is twice as large and is loaded only to be used. */
const RUNTIME_FILES = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'].flatMap((name) => [
  `${name}.mjs`,
  `${name}.wasm`,
]);

/** The dtype that ships; the others are made for tests and benchmarks. */
const MODEL_FILES = ['config.json', 'tokenizer_config.json', 'tokenizer.json', 'onnx/model_quantized.onnx'];

const require = createRequire(import.meta.url);

const startedAt = performance.now();
rmSync(DIST, { recursive: true, force: true });
const { modelDir, files } = makeModel({ outputDir: MODELS, dtypes: ['q8'] });
for (const file of MODEL_FILES) copy(join(modelDir, file), join(ASSETS, relative(MODELS, modelDir), file));
const runtimeDir = dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
for (const file of RUNTIME_FILES) copy(join(runtimeDir, file), join(ASSETS, file));
const shipped = files.filter(({ path }) => MODEL_FILES.includes(path));
const modelFiles = describeModelFiles(modelDir, shipped);
await buildKernel(ASSETS);
const searchModule = await compileSearch();
const workerModules = await Promise.all(
  WORKERS.map((name) => bundleWorker(name, ASSETS, { modelFiles, searchModule })),
);
const modules = [
  ...workerModules.flat(),
  ...(await bundleEntries(DIST, hashKernel())),
  ...(await bundleAdapters(DIST)),
];
writeNotices(join(DIST, 'THIRD_PARTY_NOTICES.txt'), modules);
writeTypes();
console.log(`Built dist/ in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);

/** Eight hex digits for all that decides what the kernel does: what was found out about it holds for nothing else. */
function hashKernel(): string {
  const hash = createHash('sha256');
  for (const file of ['worker-kernel.js', 'kernel-relaxed.wasm', 'kernel-plain.wasm']) {
    hash.update(readFileSync(join(ASSETS, file)));
  }
  return hash.digest('hex').slice(0, 8);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/** Declarations one to one, so that an editor's "go to definition" lands on the documented source. */
function writeTypes(): void {
  const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--outDir', join(DIST, 'types'), '--rootDir', 'src'];
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'src', ...options], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}
