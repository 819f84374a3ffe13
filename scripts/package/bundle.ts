/**
 * Bundles the entry and the workers: each one self-contained ES module, so that a consumer installs nothing else.
 *
 * Rolldown, which Vite builds with, is called directly: Vite's library mode rewrites `new URL('…', import.meta.url)`,
 * and the consumer's bundler needs to find it as it is written.
 */
import { join } from 'node:path';
import { rolldown, type InputOptions, type OutputOptions } from 'rolldown';
import type { Device } from '../../src/api/vocabulary.js';
import { ROOT } from './paths.js';

/** The module ids of everything that went into a bundle. */
export type BundledModules = readonly string[];

/** ONNX Runtime's module that isn't used → the one that is used in its place: a worker holds one of them. */
const RUNTIME_ALIASES: Readonly<Record<Device, Readonly<Record<string, string>>>> = {
  // transformers.js asks for the build with WebGPU, which is twice as large.
  wasm: { 'onnxruntime-web/webgpu': 'onnxruntime-web/wasm' },
  webgpu: { 'onnxruntime-web/wasm': 'onnxruntime-web/webgpu' },
};

/**
 * Bundles `src/worker/main.ts` to `worker-<device>.js`, with transformers.js and ONNX Runtime's JavaScript inside.
 * `modelFiles` becomes the constant that `src/worker/bundled-files.ts` declares.
 */
export function bundleWorker(device: Device, outputDir: string, modelFiles: object): Promise<BundledModules> {
  return bundle(
    {
      input: join(ROOT, 'src/worker/main.ts'),
      platform: 'browser',
      transform: { define: { __BUNDLED_MODEL_FILES__: JSON.stringify(modelFiles) } },
      resolve: {
        // Keeps ONNX Runtime's own files apart from the worker, so that threads don't load all of it again.
        conditionNames: ['onnxruntime-web-use-extern-wasm', 'browser', 'import'],
        alias: RUNTIME_ALIASES[device],
      },
    },
    { file: join(outputDir, `worker-${device}.js`), codeSplitting: false },
  );
}

/** What the entry imports only when it is needed → its file. */
const LAZY_FILES: Readonly<Record<string, string>> = { 'create-engine': 'engine.js', 'open-jobs': 'jobs.js' };

/**
 * Bundles `src/index.ts` to `index.js`, and what it imports only when needed to files of their own. What two of them use is
 * in `shared.js`, so that a page which asks for `index.js?v=2` still has every class once.
 */
export function bundleEntry(outputDir: string): Promise<BundledModules> {
  return bundle(
    { input: { index: join(ROOT, 'src/index.ts') }, platform: 'browser' },
    {
      dir: outputDir,
      entryFileNames: '[name].js',
      chunkFileNames: ({ name }) => LAZY_FILES[name] ?? 'shared.js',
      codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
    },
  );
}

async function bundle(options: InputOptions, output: OutputOptions): Promise<BundledModules> {
  const name = output.file ?? 'the entry';
  const build = await rolldown({
    ...options,
    cwd: ROOT,
    tsconfig: false,
    onLog: (level, log, report) => {
      // A name that isn't found would only show in a browser.
      if (level === 'warn') throw new Error(`Could not bundle ${name}: ${log.message}`);
      report(level, log);
    },
  });
  // Licences stand in THIRD_PARTY_NOTICES.txt, which is shipped beside the bundles.
  const { output: chunks } = await build.write({ ...output, format: 'esm', minify: true, comments: false });
  await build.close();
  return chunks.flatMap((chunk) => ('moduleIds' in chunk ? chunk.moduleIds : []));
}
