import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { detectCapability } from '../../../src/plan/capability.js';

beforeEach(() => {
  vi.stubGlobal('navigator', { hardwareConcurrency: 6 });
  vi.stubGlobal('crossOriginIsolated', true);
  vi.stubGlobal('Worker', () => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('detectCapability', () => {
  test('tells what the page offers, and nothing of the GPU yet', () => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 6, deviceMemory: 8, connection: { saveData: true } });
    expect(detectCapability()).toEqual({
      workers: true,
      wasmSimd: true,
      crossOriginIsolated: true,
      cores: 6,
      memoryGib: 8,
      workersMemoryBytes: 2 * 2 ** 30,
      savesData: true,
      gpu: undefined,
    });
  });

  test.each<[what: string, navigator: object | undefined]>([
    ['browser says nothing of itself', {}],
    ['page is rendered on a server', undefined],
  ])('takes one core, unknown memory and no saving of data where the %s', (_what, navigator) => {
    vi.stubGlobal('navigator', navigator);
    expect(detectCapability()).toMatchObject({ cores: 1, memoryGib: undefined, savesData: false });
  });

  test.each([
    [32, false, 8192],
    [2, true, 512],
    [undefined, false, 1024],
    [undefined, true, 256],
  ])(
    'lets workers take a quarter of %j GiB of memory, with a finger first: %j, so %i MiB',
    (deviceMemory, isCoarse, mebibytes) => {
      vi.stubGlobal('navigator', { hardwareConcurrency: 6, deviceMemory });
      vi.stubGlobal('matchMedia', (query: string) => ({ matches: isCoarse && query === '(pointer: coarse)' }));
      expect(detectCapability().workersMemoryBytes).toBe(mebibytes * 2 ** 20);
    },
  );

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
