/** Refuses weights this device has no room for, before they are downloaded. */
import { ModelLoadError } from '../../errors/errors.js';
import { estimateWorkerBytes } from '../../models/worker-memory.js';
import type { DeviceRoom } from '../../ports/worker-api.js';

/**
 * Returns when weights of that size may be downloaded. Room in storage isn't asked for: it only makes the next load faster.
 *
 * @throws ModelLoadError `insufficient_memory`; `url` names the weights.
 */
export function checkRoom(weightsBytes: number, url: string, { memoryBytes, cost }: DeviceRoom): void {
  const neededBytes = estimateWorkerBytes(weightsBytes, cost);
  if (memoryBytes === undefined || neededBytes <= memoryBytes) return;
  const [needed, free] = [neededBytes, memoryBytes].map((bytes) => `${String(Math.round(bytes / 1e6))} MB`);
  const message = `Did not load ${url}: expected room for ${String(needed)} in this device's memory, but it has ${String(free)}. Use a smaller model, or name a provider in 'fallback'.`;
  throw new ModelLoadError('insufficient_memory', message, { url });
}
