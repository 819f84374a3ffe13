import { afterEach, describe, expect, test, vi } from 'vitest';
import { detectGpu } from '../../../../src/plan/detect/detect-gpu.js';
import { createDeferred } from '../../../../src/util/deferred.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Makes the browser answer so when it is asked for an adapter. */
function stubGpu(requestAdapter: (options: object) => Promise<unknown>): void {
  vi.stubGlobal('navigator', { gpu: { requestAdapter } });
}

describe('detectGpu', () => {
  test('describes the adapter that ONNX Runtime would take', async () => {
    const info = { vendor: 'nvidia', architecture: 'ampere', description: 'a card', isFallbackAdapter: false };
    const requestAdapter = vi.fn<(options: object) => Promise<unknown>>();
    requestAdapter.mockResolvedValue({ features: new Set(['shader-f16']), info });
    stubGpu(requestAdapter);
    expect(await detectGpu()).toEqual({
      vendor: 'nvidia',
      architecture: 'ampere',
      description: 'a card',
      isSoftware: false,
      shaderF16: true,
    });
    expect(requestAdapter.mock.calls).toEqual([[{ powerPreference: 'high-performance' }]]);
  });

  test('leaves out what the browser leaves out', async () => {
    stubGpu(() => Promise.resolve({ features: new Set() }));
    expect(await detectGpu()).toEqual({
      vendor: '',
      architecture: '',
      description: '',
      isSoftware: false,
      shaderF16: false,
    });
  });

  test.each<[what: string, info: object]>([
    ['by the fallback flag', { isFallbackAdapter: true }],
    ['SwiftShader by its architecture', { vendor: 'google', architecture: 'swiftshader' }],
    ['llvmpipe by its description', { description: 'llvmpipe (LLVM 15.0.7, 256 bits)' }],
    ['lavapipe by its description', { description: 'Lavapipe' }],
    ["Windows' own by its description", { description: 'Microsoft Basic Render Driver' }],
  ])('knows an adapter in software %s', async (_what, info) => {
    stubGpu(() => Promise.resolve({ features: new Set(), info }));
    expect(await detectGpu()).toMatchObject({ isSoftware: true });
  });

  test('finds none where the browser has no WebGPU, on a server too', async () => {
    expect(await detectGpu()).toBeNull();
    vi.stubGlobal('navigator', undefined);
    expect(await detectGpu()).toBeNull();
  });

  test.each<[what: string, requestAdapter: () => Promise<unknown>]>([
    ['gives none', () => Promise.resolve(null)],
    ['refuses', () => Promise.reject(new Error('blocked'))],
    ['gives one that is broken', () => Promise.resolve({})],
    [
      'throws',
      () => {
        throw new TypeError('broken');
      },
    ],
  ])('finds none where the browser %s', async (_what, requestAdapter) => {
    stubGpu(requestAdapter);
    expect(await detectGpu()).toBeNull();
  });

  test('finds none where the browser says nothing for 10 s, and leaves no timer', async () => {
    vi.useFakeTimers();
    stubGpu(() => new Promise(() => undefined));
    const found = vi.fn<(gpu: unknown) => void>();
    void detectGpu().then(found);
    await vi.advanceTimersByTimeAsync(9999);
    expect(found).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(found.mock.calls).toEqual([[null]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer once the browser has answered', async () => {
    vi.useFakeTimers();
    const adapter = createDeferred<null>();
    stubGpu(() => adapter.promise);
    const answer = detectGpu();
    expect(vi.getTimerCount()).toBe(1);
    adapter.resolve(null);
    await answer;
    expect(vi.getTimerCount()).toBe(0);
  });
});
