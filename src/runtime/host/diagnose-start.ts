/** Says why a model's weights don't start. */
import type { Device } from '../../api/vocabulary.js';
import { ModelLoadError } from '../../errors/errors.js';

/** What runtimes and WASM say when there is no memory left. */
const NO_MEMORY =
  /bad_alloc|out of memory|allocation failed|failed to allocate|could not allocate|memory access out of bounds/i;

/** What runtimes, and our own reader before them, say of a file that isn't a whole model. */
const NO_MODEL = /protobuf parsing failed|INVALID_PROTOBUF|does not have a graph|Expected one graph/i;

/** What was to run them. */
interface Started {
  readonly device: Device;
  /** The runtime, as sentences begin with it. */
  readonly label: string;
}

/**
 * The typed error for weights that don't start. Their file was read part by part before, so it is whole: what a runtime
 * doesn't run then needs what it lacks, such as an operator, or asks more of a GPU than it offers.
 */
export function unusableModel(weightsUrl: string, { device, label }: Started, error: unknown): ModelLoadError {
  const reason = describe(error);
  const details = { url: weightsUrl, cause: error };
  const failed = `Could not start the model in ${weightsUrl}`;
  if (NO_MEMORY.test(reason)) {
    const message = `${failed}: this device has no memory left for it (${reason}). Use a smaller model or dtype, or name a provider in 'fallback'.`;
    return new ModelLoadError('insufficient_memory', message, details);
  }
  if (device === 'webgpu') {
    const message = `${failed} on WebGPU: ${reason}. Try device: 'wasm', or another dtype.`;
    return new ModelLoadError('model_unsupported', message, details);
  }
  if (NO_MODEL.test(reason)) {
    const message = `${failed}: ${reason}. The file isn't a usable model: check dtype and revision.`;
    return new ModelLoadError('model_file_damaged', message, details);
  }
  const message = `${failed}: ${label} doesn't run it: ${reason}. Use another export or dtype.`;
  return new ModelLoadError('model_unsupported', message, details);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
