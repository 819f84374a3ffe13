/**
 * Bundles the entry and the workers: each one self-contained ES module, so that a consumer installs nothing else.
 *
 * Rolldown, which Vite builds with, is called directly: Vite's library mode rewrites `new URL('…', import.meta.url)`,
 * and the consumer's bundler needs to find it as it is written.
 */
import { join } from 'node:path';
import { rolldown, type InputOptions } from 'rolldown';
import { ROOT } from './paths.js';

/** The module ids of everything that went into a bundle. */
export type BundledModules = readonly string[];

/**
 * Bundles `src/worker/<device>.ts` to `worker-<device>.js`, with transformers.js and ONNX Runtime's JavaScript inside.
 * `modelFiles` becomes the constant that `src/worker/bundled-files.ts` declares.
 */
export function bundleWorker(device: 'wasm', outputDir: string, modelFiles: object): Promise<BundledModules> {
  return bundle(join(outputDir, `worker-${device}.js`), {
    input: join(ROOT, 'src/worker', `${device}.ts`),
    platform: 'browser',
    transform: { define: { __BUNDLED_MODEL_FILES__: JSON.stringify(modelFiles) } },
    resolve: {
      // Keeps ONNX Runtime's own files apart from the worker, so that threads don't load all of it again.
      conditionNames: ['onnxruntime-web-use-extern-wasm', 'browser', 'import'],
      // transformers.js asks for the WebGPU build, which is twice as large.
      alias: { 'onnxruntime-web/webgpu': 'onnxruntime-web/wasm' },
    },
  });
}

/** Bundles `src/index.ts` to `index.js`. */
export function bundleEntry(outputDir: string): Promise<BundledModules> {
  return bundle(join(outputDir, 'index.js'), {
    input: join(ROOT, 'src/index.ts'),
    platform: 'browser',
  });
}

async function bundle(file: string, options: InputOptions): Promise<BundledModules> {
  const build = await rolldown({
    ...options,
    cwd: ROOT,
    tsconfig: false,
    onLog: (level, log, report) => {
      // A name that isn't found would only show in a browser.
      if (level === 'warn') throw new Error(`Could not bundle ${file}: ${log.message}`);
      report(level, log);
    },
  });
  // Licences stand in THIRD_PARTY_NOTICES.txt, which is shipped beside the bundles.
  const { output } = await build.write({ file, format: 'esm', minify: true, comments: false, codeSplitting: false });
  await build.close();
  return output[0].moduleIds;
}
