/** How much memory one worker takes. */
import type { WorkerCost } from '../ports/worker-api.js';

/** Bytes a worker takes at most, by the bytes of its model's files. */
export function estimateWorkerBytes(modelBytes: number, { bytes, perModelByte }: WorkerCost): number {
  return bytes + perModelByte * modelBytes;
}
