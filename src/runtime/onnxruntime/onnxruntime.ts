/** Models on ONNX Runtime: any graph that takes tokens of text. */
import { readValues } from '../onnx/read-values.js';
import { poolInGraph, POOLED_OUTPUT, POOLING_WEIGHTS } from '../onnx/pool-in-graph.js';
import type { OnnxRuntimeUrls } from '../../runtimes/workers/onnxruntime.js';
import { diagnoseRuntime } from './diagnose-runtime.js';
import { requireAdapter, watchDevice } from './gpu-device.js';
import { planInputs, type InputData } from './graph-inputs.js';
import { readJson, type ModelFiles } from '../files/model-files.js';
import { toPoolingWeights } from './model-inputs.js';
import { findWeighing, type Weighing } from '../recipe/module-plan.js';
import type { Runtime, RuntimeKind, RuntimeSetup } from '../host/runtime.js';
import { Session } from './session.js';
import { startOnnxRuntime } from './start-onnxruntime.js';

/** ONNX Runtime, on WASM or WebGPU. */
export const onnxRuntime: RuntimeKind<OnnxRuntimeUrls> = {
  label: 'ONNX Runtime Web',
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
 * Loads the graph from fetched files, once ONNX Runtime has been started.
 *
 * On a GPU the graph pools and scales, so that a vector a text is read back and not one a token.
 *
 * @throws ModelLoadError `model_unsupported` for a graph that needs more than tokens; whatever ONNX Runtime throws; after that
 *   this realm is unusable.
 */
async function startRuntime(files: ModelFiles, setup: RuntimeSetup): Promise<Runtime> {
  const { device, output, recipe, tokenizer } = setup;
  const weighing = output.isPooled ? undefined : findWeighing(recipe.plan);
  const poolsInGraph = device === 'webgpu' && (output.isPooled || weighing !== undefined);
  // What modules do to the vector afterwards begins with it as it is.
  const normalize = recipe.scale === 'unit' && recipe.plan.onVectors.length === 0;
  const { inputs } = readValues(files.bytes.get(files.weightsPath) ?? new Uint8Array());
  const makeInputs = planInputs(inputs, readJson(files, 'config.json'));
  const session = await Session.open(files, device, (weights) =>
    poolsInGraph ? poolInGraph(weights, { output: output.name, isPooled: output.isPooled, normalize }) : [weights],
  );
  // A tokenizer may lack one; padding isn't attended to, so any id does.
  const { paddingId: padding = 0 } = tokenizer;
  const rank = output.isPooled || poolsInGraph ? 2 : 3;
  return {
    ...tokenizer,
    poolsInGraph,
    run: async (batch, length) => {
      const made = makeInputs({ ids: batch, length, padding });
      const isWeighed = poolsInGraph && weighing !== undefined;
      const feeds = isWeighed ? { ...made, [POOLING_WEIGHTS]: weigh(batch, length, weighing) } : made;
      return session.run(feeds, poolsInGraph ? POOLED_OUTPUT : output.name, { rows: batch.length, rank });
    },
  };
}

function weigh(batch: readonly (readonly number[])[], length: number, pooling: Weighing): InputData {
  const counts = batch.map((tokens) => tokens.length);
  return { type: 'float32', data: toPoolingWeights(counts, length, pooling), dims: [batch.length, 1, length] };
}
