/** Models on ONNX Runtime, through transformers.js. The only file that imports it or touches its global settings. */
import { AutoModel, Tensor, env } from '@huggingface/transformers';
import { ModelLoadError } from '../errors/errors.js';
import { poolInGraph, POOLED_OUTPUT, POOLING_WEIGHTS } from '../onnx/pool-in-graph.js';
import type { OnnxRuntimeUrls } from '../protocol/worker-api.js';
import { diagnoseRuntime } from './diagnose-start.js';
import { requireAdapter, watchDevice } from './gpu-device.js';
import type { ModelFiles } from './model-files.js';
import { toPoolingWeights, toTokenInputs } from './model-inputs.js';
import { findWeighing, type Weighing } from './module-plan.js';
import type { GraphOutput, Runtime, RuntimeKind, RuntimeSetup } from './runtime.js';
import { startOnnxRuntime } from './start-onnxruntime.js';
import { openModelTokenizer } from './tokenizer.js';

type Inputs = Record<string, Tensor>;

/** transformers.js asks for files by URL; this one stands for the files that have been fetched already. */
const FILES_HOST = 'https://files.invalid/';
const FILES_PREFIX = `${FILES_HOST}model/`;

/** ONNX Runtime, on WASM or WebGPU. */
export const onnxRuntime: RuntimeKind<OnnxRuntimeUrls> = {
  name: 'onnxruntime',
  check: async ({ device }) => {
    if (device === 'webgpu') await requireAdapter();
  },
  prepare: async ({ runtimeUrls, threads }) => {
    try {
      await startOnnxRuntime(runtimeUrls, threads);
    } catch (error) {
      throw await diagnoseRuntime(error, runtimeUrls);
    }
  },
  start: startRuntime,
  watch: async ({ device }, onLost) => {
    if (device === 'webgpu') await watchDevice(onLost);
  },
};

/**
 * Loads tokenizer and graph from fetched files, once ONNX Runtime has been started.
 *
 * On a GPU the graph pools and scales, so that a vector a text is read back and not one a token.
 *
 * @throws whatever transformers.js or ONNX Runtime throws; after that this realm is unusable (transformers.js #1635).
 */
async function startRuntime(files: ModelFiles, setup: RuntimeSetup): Promise<Runtime> {
  const { device, dtype, output, recipe } = setup;
  const weighing = output.isPooled ? undefined : findWeighing(recipe.plan);
  const poolsInGraph = device === 'webgpu' && (output.isPooled || weighing !== undefined);
  // What modules do to the vector afterwards begins with it as it is.
  const normalize = recipe.scale === 'unit' && recipe.plan.onVectors.length === 0;
  configure(files, (weights) =>
    poolsInGraph ? poolInGraph(weights, { output: output.name, isPooled: output.isPooled, normalize }) : [weights],
  );
  const tokenizer = openModelTokenizer(files);
  const model = await AutoModel.from_pretrained('model', { device, dtype });
  // A tokenizer may lack one; padding isn't attended to, so any id does.
  const { paddingId: padding = 0 } = tokenizer;
  const rank = output.isPooled || poolsInGraph ? 2 : 3;
  return {
    ...tokenizer,
    poolsInGraph,
    run: async (batch, length) => {
      const inputs = toInputs(batch, length, padding);
      if (poolsInGraph && weighing) addPoolingWeights(inputs, batch, length, weighing);
      const outputs = (await model(inputs)) as Record<string, Tensor | undefined>;
      return readOutput(outputs[poolsInGraph ? POOLED_OUTPUT : output.name], batch.length, rank);
    },
  };
}

function configure(files: ModelFiles, prepareWeights: (weights: Uint8Array) => readonly Uint8Array[]): void {
  // On a failed run transformers.js logs the inputs, which are the user's text as token ids.
  env.logLevel = 50;
  env.allowLocalModels = false;
  env.useBrowserCache = false;
  // Its cache would import ONNX Runtime from a blob: URL, which a strict content security policy forbids.
  env.useWasmCache = false;
  env.remoteHost = FILES_HOST;
  env.remotePathTemplate = '{model}/';
  env.fetch = (input: string | URL) => {
    const path = String(input).slice(FILES_PREFIX.length);
    const bytes = files.bytes.get(path);
    // The weights are asked for once, and two copies of them needn't stay in memory.
    if (path.startsWith('onnx/')) files.bytes.delete(path);
    if (bytes) return Promise.resolve(answer(path === files.weightsPath ? prepareWeights(bytes) : [bytes]));
    const isOptional = path === 'tokenizer_config.json';
    return Promise.resolve(isOptional ? new Response('{}') : new Response(null, { status: 404 }));
  };
}

/** A stream, since a Blob would copy every part. */
function answer(parts: readonly Uint8Array[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new Response(body, { headers: { 'content-length': String(length) } });
}

function toInputs(batch: readonly (readonly number[])[], length: number, padding: number): Inputs {
  const { ids, mask } = toTokenInputs(batch, length, padding);
  const dims = [batch.length, length];
  return { input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims) };
}

function addPoolingWeights(
  inputs: Inputs,
  batch: readonly (readonly number[])[],
  length: number,
  pooling: Weighing,
): void {
  const counts = batch.map((tokens) => tokens.length);
  const weights = toPoolingWeights(counts, length, pooling);
  inputs[POOLING_WEIGHTS] = new Tensor('float32', weights, [batch.length, 1, length]);
}

function readOutput(output: Tensor | undefined, rows: number, rank: number): GraphOutput {
  const dims = output?.dims ?? [];
  const data: unknown = output?.data;
  if (!(data instanceof Float32Array) || dims.length !== rank || dims[0] !== rows) {
    throw new ModelLoadError(
      'model_unsupported',
      `The model's output is ${output?.type ?? 'nothing'} [${dims.join(', ')}]; expected float32 ${rank === 2 ? '[texts, dimensions]' : '[texts, tokens, dimensions]'}.`,
      { param: 'model' },
    );
  }
  return { data, dimensions: dims.at(-1) ?? 0 };
}
