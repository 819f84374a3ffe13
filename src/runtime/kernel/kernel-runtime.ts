/** Models on this library's own kernel: BERT-like encoders, one text a run. */
import { EmbeddingError, isEmbeddingError } from '../../errors/errors.js';
import { startKernel, type KernelSetup, type StartedKernel } from './start-kernel.js';
import type { KernelUrls } from '../../runtimes/workers/kernel.js';
import { countDataFiles } from '../files/data-files.js';
import type { ModelFiles } from '../files/model-files.js';
import type { Runtime, RuntimeKind } from '../host/runtime.js';

/**
 * Kinds of models whose layers can't be a BERT's: turned positions, attention by distance, gates, decoders. Only spares a
 * download: whatever isn't listed is judged by its graph.
 *
 * Source: transformers 4, `model_type` of each model's configuration; remote code of Alibaba-NLP/new-impl and
 * nomic-ai/nomic-bert-2048.
 */
const OTHER_KINDS: ReadonlySet<unknown> = new Set([
  ...['deberta', 'deberta-v2', 'eurobert', 'modernbert', 'mpnet', 'neobert', 'new', 'nomic_bert', 'roformer'],
  ...['gemma', 'gemma2', 'gemma3', 'gemma3_text', 'llama', 'mistral', 'phi3', 'qwen2', 'qwen3'],
  ...['gte', 'longformer', 'mt5', 't5', 'xlnet'],
]);

const SEVERAL_FILES = 'its weights lie in several files';

/** The kernel, on WASM. */
export const kernelRuntime: RuntimeKind<KernelUrls> = {
  label: 'The kernel',
  accept: (config, path) => {
    const { model_type: kind } = config as { readonly model_type?: unknown };
    if (OTHER_KINDS.has(kind)) throw unsupported(`its config.json says '${String(kind)}', which isn't like BERT`);
    if (countDataFiles(config, path) > 0) throw unsupported(SEVERAL_FILES);
  },
  acceptData: () => {
    throw unsupported(SEVERAL_FILES);
  },
  start: async (files, { output, recipe, subject, tokenizer }, { runtimeUrls, proved }): Promise<Runtime> => {
    const { kernel, proof } = await start({
      weights: takeWeights(files),
      output,
      maxTokens: recipe.maxTokens,
      urls: runtimeUrls,
      mustProve: proved !== subject,
    });
    const { dimensions, vocabularySize } = kernel;
    return {
      ...tokenizer,
      poolsInGraph: output.isPooled,
      vocabularySize,
      ...(proof && { proof }),
      run: (batch) => {
        const [ids = []] = batch;
        if (batch.length > 1) throw new EmbeddingError('internal', 'Expected one text a run.');
        return Promise.resolve({ data: kernel.run(ids), dimensions });
      },
    };
  },
};

/** The weights, which nobody else needs: two copies of them needn't stay in memory. */
function takeWeights({ bytes, weightsPath }: ModelFiles): Uint8Array {
  const weights = bytes.get(weightsPath) ?? new Uint8Array();
  bytes.delete(weightsPath);
  return weights;
}

async function start(setup: KernelSetup): Promise<StartedKernel> {
  try {
    return await startKernel(setup);
  } catch (cause) {
    if (isEmbeddingError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    // The file may be as it should be: ONNX Runtime is to judge it.
    throw new EmbeddingError('internal', `The kernel failed to start the model: ${reason}.`, { cause });
  }
}

function unsupported(why: string): EmbeddingError {
  return new EmbeddingError('kernel_unsupported', `The kernel doesn't run this model: ${why}.`);
}
