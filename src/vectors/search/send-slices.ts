/** Sends a large array to a worker in slices, so that this thread is never held up for long. */
import type { PackedVectors } from '../../api/search.js';

/** Bytes of a slice: a copy takes a fraction of a millisecond, and both threads keep it in their caches. */
const SLICE_BYTES = 2_000_000;
/** Slices under way: one is copied while another is compared and a third is on its way. */
const LANES = 3;

/** How many rows of `width` numbers a slice has. */
export function sliceRows(vectors: PackedVectors, width: number): number {
  return Math.max(1, Math.floor(SLICE_BYTES / (width * vectors.BYTES_PER_ELEMENT)));
}

/**
 * Copies `vectors`, `[rows, width]`, slice by slice into a few buffers, which are used again: fresh ones would cost more than
 * the copies do.
 *
 * @param send - told slice after slice in their order: the first row, how many rows, and their numbers, which may be followed by
 *   others. Gives the buffer back.
 */
export async function sendSlices(
  vectors: PackedVectors,
  width: number,
  send: (first: number, count: number, values: PackedVectors) => Promise<PackedVectors>,
): Promise<void> {
  const rows = vectors.length / width;
  const step = sliceRows(vectors, width);
  let next = 0;
  const runLane = async (): Promise<void> => {
    let buffer: PackedVectors = vectors.slice(0, 0);
    while (next < rows) {
      const first = next;
      const count = Math.min(step, rows - first);
      next += count;
      const values = vectors.subarray(first * width, (first + count) * width);
      if (buffer.length < values.length) buffer = vectors.slice(first * width, (first + count) * width);
      else buffer.set(values);
      buffer = await send(first, count, buffer);
    }
  };
  await Promise.all(Array.from({ length: LANES }, runLane));
}
