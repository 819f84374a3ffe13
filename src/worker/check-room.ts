/** Refuses weights this device has no room for, before they are downloaded. */
import type { RuntimeName } from '../api/vocabulary.js';
import { ModelLoadError } from '../errors/errors.js';
import { estimateWorkerBytes } from '../models/worker-memory.js';
import type { DeviceRoom } from '../protocol/worker-api.js';

/**
 * Resolves when weights of that size may be downloaded.
 *
 * @throws ModelLoadError `insufficient_memory`, `insufficient_storage`; `url` names the weights.
 */
export async function checkRoom(
  weightsBytes: number,
  url: string,
  { memoryBytes, needsStorage }: DeviceRoom,
  runtime: RuntimeName,
): Promise<void> {
  const neededBytes = estimateWorkerBytes(weightsBytes, runtime);
  if (memoryBytes !== undefined && neededBytes > memoryBytes) {
    throw noRoom('insufficient_memory', url, 'memory', neededBytes, memoryBytes);
  }
  const freeBytes = needsStorage ? await findFreeStorage() : undefined;
  if (freeBytes !== undefined && weightsBytes > freeBytes) {
    throw noRoom('insufficient_storage', url, 'storage', weightsBytes, freeBytes);
  }
}

/** Undefined where the browser doesn't tell. */
async function findFreeStorage(): Promise<number | undefined> {
  try {
    const { quota, usage = 0 } = await navigator.storage.estimate();
    return quota === undefined ? undefined : quota - usage;
  } catch {
    return undefined;
  }
}

function noRoom(
  code: 'insufficient_memory' | 'insufficient_storage',
  url: string,
  what: string,
  neededBytes: number,
  freeBytes: number,
): ModelLoadError {
  const [needed, free] = [neededBytes, freeBytes].map((bytes) => `${String(Math.round(bytes / 1e6))} MB`);
  const message = `Did not load ${url}: expected room for ${String(needed)} in this device's ${what}, but it has ${String(free)}. Use a smaller model, or name a provider in 'fallback'.`;
  return new ModelLoadError(code, message, { url });
}
