import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { detectCapability } from '../../../src/router/capability.js';

beforeEach(() => {
  vi.stubGlobal('navigator', { hardwareConcurrency: 6 });
  vi.stubGlobal('crossOriginIsolated', true);
  vi.stubGlobal('Worker', () => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('detectCapability', () => {
  test('tells what the page offers', () => {
    expect(detectCapability()).toEqual({ workers: true, wasmSimd: true, crossOriginIsolated: true, cores: 6 });
  });

  test('finds no workers where there are none', () => {
    vi.stubGlobal('Worker', undefined);
    expect(detectCapability().workers).toBe(false);
  });

  test('finds no SIMD where its module is refused', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false);
    expect(detectCapability().wasmSimd).toBe(false);
  });

  test('finds no SIMD where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(detectCapability().wasmSimd).toBe(false);
  });
});
