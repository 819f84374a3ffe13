import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/util/sha256.js';

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each([
  ['the platform', false],
  ['JavaScript, where a page is no secure context', true],
])('sha256 by %s', (_by, isInsecure) => {
  test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])('is right for %i bytes', async (length) => {
    if (isInsecure) vi.stubGlobal('crypto', {});
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37) % 256);
    expect(await sha256(bytes)).toBe(expected(bytes));
  });

  test('is right for any bytes, and for a part of a buffer', async () => {
    if (isInsecure) vi.stubGlobal('crypto', {});
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(9), async (array, start) => {
        const part = new Uint8Array(array).subarray(Math.min(start, array.length));
        expect(await sha256(part)).toBe(expected(part));
      }),
      { numRuns: 200 },
    );
  });
});
