import { describe, expect, test } from 'vitest';
import { readSafetensors } from '../../../../src/runtime/files/safetensors.js';
import { writeSafetensors } from '../../../support/safetensors.js';

/** A file of one tensor in another format than the writer's. */
function write(dtype: string, content: Uint8Array): Uint8Array {
  const header = JSON.stringify({ x: { dtype, shape: [content.length / 2], data_offsets: [0, content.length] } });
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + content.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(content, 8 + text.length);
  return bytes;
}

describe('readSafetensors', () => {
  test('reads tensors by name, wherever they lie', () => {
    const file = writeSafetensors({ a: { shape: [2], values: [1, 2] }, b: { shape: [1, 3], values: [3, 4, 5] } });
    const padded = new Uint8Array(file.length + 3);
    padded.set(file, 3);
    const tensors = readSafetensors(padded.subarray(3));
    expect([...tensors.keys()]).toEqual(['a', 'b']);
    expect(tensors.get('b')).toEqual({ shape: [1, 3], data: Float32Array.of(3, 4, 5) });
  });

  test('reads halves of both kinds', () => {
    expect(readSafetensors(write('F16', Uint8Array.of(0, 0x3c, 0, 0xc1))).get('x')?.data).toEqual(
      Float32Array.of(1, -2.5),
    );
    expect(readSafetensors(write('BF16', Uint8Array.of(0x80, 0x3f, 0x20, 0xc0))).get('x')?.data).toEqual(
      Float32Array.of(1, -2.5),
    );
  });

  test('leaves out what holds no such numbers', () => {
    expect(readSafetensors(write('I16', Uint8Array.of(1, 0))).size).toBe(0);
  });

  test.each([[[]], [[1, 2, 3]], [[255, 255, 0, 0, 0, 0, 0, 0, 1]]])('throws for %j', (bytes) => {
    expect(() => readSafetensors(Uint8Array.from(bytes))).toThrow();
  });
});
