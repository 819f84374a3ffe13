/** Where the files beside the entry are: the worker, ONNX Runtime, the bundled model. */
import type { KnownFile, LoadRequest } from '../protocol/worker-api.js';

/** What the build knows of the bundled model's files; it puts the values in place of the name. */
declare const __BUNDLED_MODEL_FILES__: {
  readonly 'config.json': { readonly content: string };
  readonly 'tokenizer_config.json': { readonly content: string };
  readonly 'tokenizer.json': { readonly sizeBytes: number; readonly sha256: string };
  readonly 'onnx/model_quantized.onnx': { readonly sizeBytes: number; readonly sha256: string };
};

/** Absolute URLs of what a local engine needs. */
export interface EngineAssets {
  readonly workerUrl: string;
  readonly runtimeUrls: LoadRequest['runtimeUrls'];
  readonly bundledModelFiles: Readonly<Record<string, KnownFile>>;
}

/**
 * The assets beside this script, or under `assetsUrl`.
 *
 * Each `new URL('…', import.meta.url)` is written out and relative to the built entry: a bundler copies the file it
 * names and puts the copy's address there.
 */
export function findAssets(assetsUrl?: string): EngineAssets {
  const base = assetsUrl === undefined ? undefined : new URL(assetsUrl.replace(/\/?$/, '/'), location.href);
  const locate = (path: string, besideEntry: URL): string => (base ? new URL(path, base) : besideEntry).href;
  const modelPath = 'universal-sentence-encoder-lite/resolve/main';
  const known = __BUNDLED_MODEL_FILES__;
  return {
    workerUrl: locate('worker-wasm.js', new URL('./assets/worker-wasm.js', import.meta.url)),
    runtimeUrls: {
      mjs: locate('ort-wasm-simd-threaded.mjs', new URL('./assets/ort-wasm-simd-threaded.mjs', import.meta.url)),
      wasm: locate('ort-wasm-simd-threaded.wasm', new URL('./assets/ort-wasm-simd-threaded.wasm', import.meta.url)),
    },
    bundledModelFiles: {
      'config.json': known['config.json'],
      'tokenizer_config.json': known['tokenizer_config.json'],
      'tokenizer.json': {
        ...known['tokenizer.json'],
        url: locate(
          `${modelPath}/tokenizer.json`,
          new URL('./assets/universal-sentence-encoder-lite/resolve/main/tokenizer.json', import.meta.url),
        ),
      },
      'onnx/model_quantized.onnx': {
        ...known['onnx/model_quantized.onnx'],
        url: locate(
          `${modelPath}/onnx/model_quantized.onnx`,
          new URL('./assets/universal-sentence-encoder-lite/resolve/main/onnx/model_quantized.onnx', import.meta.url),
        ),
      },
    },
  };
}
