/** Where the files beside the entry are: the workers, the runtimes' own, the bundled model. */
import type { Device, RuntimeName } from '../../api/vocabulary.js';
import type { Locate, WorkerFiles } from '../../runtimes/workers/descriptor.js';
import { RUNTIME_WORKERS } from '../../runtimes/workers/registry.js';
import { resolveFolder } from '../../util/page-url.js';

/** Absolute URLs of what a local engine needs for one runtime on one device. */
export interface EngineAssets extends WorkerFiles {
  /** Path → URL of the bundled model's large files. */
  readonly bundledModelUrls: Readonly<Record<string, string>>;
}

/** The assets beside this script, or under `assetsUrl`. How its URLs are written is said at `RuntimeWorkers`. */
export function findAssets(
  { device, runtime }: { readonly device: Device; readonly runtime: RuntimeName },
  assetsUrl?: string,
): EngineAssets {
  const base = assetsUrl === undefined ? undefined : resolveFolder(assetsUrl);
  const locate: Locate = (path, besideEntry) => (base ? new URL(path, base) : besideEntry()).href;
  const modelPath = 'universal-sentence-encoder-lite/resolve/main';
  return {
    ...RUNTIME_WORKERS[runtime].locate(device, locate),
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
