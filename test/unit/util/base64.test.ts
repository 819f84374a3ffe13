import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from '../../../src/util/base64.js';

const CHUNK = 0x8000;

function makeBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256);
}

/** Bytes in an engine without `Uint8Array.prototype.toBase64`, whatever the one at hand has. */
function hideNative(bytes: Uint8Array): Uint8Array {
  return Object.defineProperty(bytes, 'toBase64', { value: undefined });
}

describe('toBase64', () => {
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('encodes "%s" as RFC 4648 does', (text, expected) => {
    expect(toBase64(hideNative(new TextEncoder().encode(text)))).toBe(expected);
  });

  test.each([CHUNK - 1, CHUNK, CHUNK + 1, CHUNK + 2, 2 * CHUNK, 2 * CHUNK + 1, 200_000])(
    'encodes %i bytes as Buffer does',
    (length) => {
      const bytes = makeBytes(length);
      expect(toBase64(hideNative(bytes)) === Buffer.from(bytes).toString('base64')).toBe(true);
    },
  );

  test('encodes any bytes as Buffer does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toBase64(hideNative(bytes))).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
  });

  test('encodes only its part of a larger buffer', () => {
    const part = makeBytes(10).subarray(3, 7);
    expect(toBase64(hideNative(part))).toBe(Buffer.from([...part]).toString('base64'));
  });

  test('leaves the work to the engine where it can', () => {
    const bytes = Object.defineProperty(makeBytes(3), 'toBase64', { value: () => 'native' });
    expect(toBase64(bytes)).toBe('native');
  });
});
