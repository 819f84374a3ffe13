/**
 * Bundles the entries and the workers: each one self-contained ES module, so that a consumer installs nothing else.
 *
 * Rolldown, which Vite builds with, is called directly: Vite's library mode rewrites `new URL('…', import.meta.url)`,
 * and the consumer's bundler needs to find it as it is written.
 */
import { basename, join } from 'node:path';
import { rolldown, type InputOptions, type OutputOptions } from 'rolldown';
import { checkFolders, chooseFile, ENTRIES, fileOf } from './bundle-folders.js';
import { ROOT } from './paths.js';

/** The module ids of everything that went into a bundle. */
export type BundledModules = readonly string[];

/** The source names ONNX Runtime's plain build; the worker with WebGPU holds the other one in its place. */
const WEBGPU_ALIASES = { 'onnxruntime-web/wasm': 'onnxruntime-web/webgpu' };

/** The workers: on each of ONNX Runtime's builds, on the kernel, and for search. */
export const WORKERS = ['wasm', 'webgpu', 'kernel', 'search'] as const;

/** The workers' entries in `src/runtime`. */
const WORKER_ENTRIES: Readonly<Record<(typeof WORKERS)[number], string>> = {
  wasm: 'onnxruntime/main.ts',
  webgpu: 'onnxruntime/main.ts',
  kernel: 'kernel/main.ts',
  search: 'search/main.ts',
};

/**
 * Bundles an entry of `src/runtime` to `worker-<name>.js`: ONNX Runtime's with a tokenizer and its JavaScript
 * inside, the kernel's with a tokenizer, or the search's.
 *
 * @param constants - become those that `src/runtime/files/bundled-files.ts` and `src/runtime/search/search-module.ts` declare.
 */
export function bundleWorker(
  name: (typeof WORKERS)[number],
  outputDir: string,
  constants: { readonly modelFiles: object; readonly searchModule: Uint8Array },
): Promise<BundledModules> {
  return bundle(
    {
      input: join(ROOT, 'src/runtime', WORKER_ENTRIES[name]),
      platform: 'browser',
      transform: {
        define: {
          __BUNDLED_MODEL_FILES__: JSON.stringify(constants.modelFiles),
          __SEARCH_MODULE__: JSON.stringify(Buffer.from(constants.searchModule).toString('base64')),
        },
      },
      resolve: {
        // Keeps ONNX Runtime's own files apart from the worker, so that threads don't load all of it again.
        conditionNames: ['onnxruntime-web-use-extern-wasm', 'browser', 'import'],
        ...(name === 'webgpu' && { alias: WEBGPU_ALIASES }),
      },
    },
    { file: join(outputDir, `worker-${name}.js`), codeSplitting: false },
  );
}

/**
 * Bundles `src/index.ts` to `index.js`, what it imports only when needed to files of their own, and the other
 * entries to `providers.js`, `fetch.js`, `service-worker.js` and `search.js`. What several use is in `shared.js` and `calls.js`: so every class is there once, even in a page
 * that asks for `index.js?v=2`, and `instanceof` holds for errors of all.
 *
 * @param kernelVersion - becomes the constant that `src/runtimes/kernel.ts` declares.
 */
export function bundleEntries(outputDir: string, kernelVersion: string): Promise<BundledModules> {
  return bundle(
    {
      input: Object.fromEntries(Object.entries(ENTRIES).map(([name, module]) => [name, join(ROOT, 'src', module)])),
      preserveEntrySignatures: 'allow-extension',
      platform: 'browser',
      // A name that one file needs stands in that file, and not in the one of its module.
      optimization: { inlineConst: { mode: 'all' } },
      transform: { define: { __KERNEL_VERSION__: JSON.stringify(kernelVersion) } },
    },
    {
      dir: outputDir,
      entryFileNames: '[name].js',
      chunkFileNames: ({ name, facadeModuleId }) => `${(facadeModuleId && fileOf(facadeModuleId)) ?? name}.js`,
      codeSplitting: {
        // Each module goes where its own folder belongs, not where its importer does.
        includeDependenciesRecursively: false,
        groups: [
          {
            debugName: 'folders',
            name: (id, context) => chooseFile(id, (module) => context.getModuleInfo(module)),
          },
        ],
      },
    },
  );
}

/** Frameworks whose classes or errors an entry needs; the app has them installed. */
const PEERS = /^(@ai-sdk\/provider|@langchain\/core)(\/|$)/;

/**
 * Bundles the entries for frameworks, `src/adapters/ai-sdk/index.ts` to `ai-sdk.js` and so on, each by itself: they only need the
 * little that knows this library's errors from others, and with the entries above they would split them differently.
 */
export async function bundleAdapters(outputDir: string): Promise<BundledModules> {
  const bundled = ['ai-sdk', 'langchain'].map((name) =>
    bundle(
      { input: join(ROOT, `src/adapters/${name}/index.ts`), platform: 'browser', external: PEERS },
      { file: join(outputDir, `${name}.js`), codeSplitting: false },
    ),
  );
  return (await Promise.all(bundled)).flat();
}

async function bundle(options: InputOptions, output: OutputOptions): Promise<BundledModules> {
  const name = output.file ?? 'the entries';
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
  return chunks.flatMap((chunk) => {
    if (!('moduleIds' in chunk)) return [];
    checkFolders(basename(chunk.fileName, '.js'), chunk.moduleIds);
    return chunk.moduleIds;
  });
}
