/** Starts ONNX Runtime before there is a model, so that its download and the model's go on side by side. */
import { InferenceSession, env } from 'onnxruntime-web/wasm';
import type { LoadRequest } from '../../ports/worker-api.js';
import type { OnnxRuntimeUrls } from '../../runtimes/workers/onnxruntime.js';

/**
 * The smallest model there is, `y = Identity(x)`, as ONNX (IR version 8, opset 17) in base64: ONNX Runtime has no call to
 * start it without one.
 *
 * Source: `onnx/onnx.proto`.
 */
const IDENTITY = 'CAgSADIAOjkKEgoBeBIBeRoAIghJZGVudGl0eRIBZ1oPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEBE=';

/**
 * Resolves when ONNX Runtime can load models.
 *
 * @throws whatever ONNX Runtime throws; after that this realm is unusable.
 */
export async function startOnnxRuntime(urls: OnnxRuntimeUrls, threads: LoadRequest['threads']): Promise<void> {
  env.wasm.wasmPaths = { ...urls };
  if (threads !== undefined) env.wasm.numThreads = threads;
  const bytes = Uint8Array.from(atob(IDENTITY), (character) => character.charCodeAt(0));
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  await session.release();
}
