/** Reads a `.safetensors` file: an eight-byte length, a JSON header, then numbers. Pure. */
import { decodeHalves } from '../onnx/half.js';
import { object } from './json-file.js';

/** One tensor, as float32. */
export interface FloatTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/**
 * The file's tensors of floating-point numbers by name; others are left out.
 *
 * @throws Error when the bytes aren't such a file.
 *
 * Source: safetensors on GitHub, README, "Format".
 */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, FloatTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = object(JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))));
  const tensors = new Map<string, FloatTensor>();
  for (const [name, entry] of Object.entries(header)) {
    const { dtype, shape, data_offsets: offsets } = object(entry);
    if (!Array.isArray(offsets) || !Array.isArray(shape)) continue;
    const [from, to] = offsets as number[];
    const data = decode(bytes.slice(start + (from ?? 0), start + (to ?? 0)), dtype);
    if (data) tensors.set(name, { shape: shape as number[], data });
  }
  return tensors;
}

function decode(bytes: Uint8Array<ArrayBuffer>, dtype: unknown): Float32Array | undefined {
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  if (dtype !== 'F16' && dtype !== 'BF16') return undefined;
  const halves = new Uint16Array(bytes.buffer);
  if (dtype === 'F16') return decodeHalves(halves);
  // The upper half of a float32.
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
