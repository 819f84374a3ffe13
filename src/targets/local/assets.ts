/** Where the files beside the entry are: the workers, ONNX Runtime, the kernel, the bundled model. */
import type { Device, RuntimeName } from '../../api/vocabulary.js';
import type { RuntimeUrls } from '../../ports/worker-api.js';
import { resolveFolder } from '../../util/page-url.js';

/** Absolute URLs of what a local engine needs for one runtime on one device. */
export interface EngineAssets {
  readonly workerUrl: string;
  readonly runtimeUrls: RuntimeUrls;
  /** Path → URL of the bundled model's large files. */
  readonly bundledModelUrls: Readonly<Record<string, string>>;
}

/**
 * The assets beside this script, or under `assetsUrl`.
 *
 * Each `new URL('…', import.meta.url)` is written out and relative to the built entry: a bundler copies the file it
 * names and puts the copy's address there. It is evaluated only without `assetsUrl`: in a classic script, which esbuild
 * makes unless told otherwise, there is no `import.meta.url`.
 */
export function findAssets(
  { device, runtime }: { readonly device: Device; readonly runtime: RuntimeName },
  assetsUrl?: string,
): EngineAssets {
  const base = assetsUrl === undefined ? undefined : resolveFolder(assetsUrl);
  const locate = (path: string, besideEntry: () => URL): string => (base ? new URL(path, base) : besideEntry()).href;
  const modelPath = 'universal-sentence-encoder-lite/resolve/main';
  return {
    ...(runtime === 'kernel' ? findKernel : device === 'webgpu' ? findWebGpuBuild : findPlainBuild)(locate),
    bundledModelUrls: {
      'tokenizer.json': locate(
        `${modelPath}/tokenizer.json`,
        () => new URL('./assets/universal-sentence-encoder-lite/resolve/main/tokenizer.json', import.meta.url),
      ),
      'onnx/model_quantized.onnx': locate(
        `${modelPath}/onnx/model_quantized.onnx`,
        () =>
          new URL('./assets/universal-sentence-encoder-lite/resolve/main/onnx/model_quantized.onnx', import.meta.url),
      ),
    },
  };
}

type Locate = (path: string, besideEntry: () => URL) => string;
type BuildUrls = Pick<EngineAssets, 'workerUrl' | 'runtimeUrls'>;

function findKernel(locate: Locate): BuildUrls {
  return {
    workerUrl: locate('worker-kernel.js', () => new URL('./assets/worker-kernel.js', import.meta.url)),
    runtimeUrls: {
      relaxed: locate('kernel-relaxed.wasm', () => new URL('./assets/kernel-relaxed.wasm', import.meta.url)),
      plain: locate('kernel-plain.wasm', () => new URL('./assets/kernel-plain.wasm', import.meta.url)),
    },
  };
}

function findPlainBuild(locate: Locate): BuildUrls {
  return {
    workerUrl: locate('worker-wasm.js', () => new URL('./assets/worker-wasm.js', import.meta.url)),
    runtimeUrls: {
      mjs: locate('ort-wasm-simd-threaded.mjs', () => new URL('./assets/ort-wasm-simd-threaded.mjs', import.meta.url)),
      wasm: locate(
        'ort-wasm-simd-threaded.wasm',
        () => new URL('./assets/ort-wasm-simd-threaded.wasm', import.meta.url),
      ),
    },
  };
}

function findWebGpuBuild(locate: Locate): BuildUrls {
  return {
    workerUrl: locate('worker-webgpu.js', () => new URL('./assets/worker-webgpu.js', import.meta.url)),
    runtimeUrls: {
      mjs: locate(
        'ort-wasm-simd-threaded.asyncify.mjs',
        () => new URL('./assets/ort-wasm-simd-threaded.asyncify.mjs', import.meta.url),
      ),
      wasm: locate(
        'ort-wasm-simd-threaded.asyncify.wasm',
        () => new URL('./assets/ort-wasm-simd-threaded.asyncify.wasm', import.meta.url),
      ),
    },
  };
}
