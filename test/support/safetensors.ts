/** Writes small `.safetensors` files. */

/** A tensor to write, as float32. */
interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The bytes of a file with these tensors. Source: safetensors on GitHub, README, "Format". */
export function writeSafetensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.length * 4] };
    offset += values.length * 4;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  const numbers = Float32Array.from(Object.values(tensors).flatMap(({ values }) => values));
  bytes.set(new Uint8Array(numbers.buffer), 8 + text.length);
  return bytes;
}
