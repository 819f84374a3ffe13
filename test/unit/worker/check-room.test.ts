import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkRoom } from '../../../src/worker/check-room.js';
import { catchRejection } from '../catch-error.js';

const URL_OF_WEIGHTS = 'https://hub.example/onnx/model.onnx';

function stubStorage(estimate: () => Promise<StorageEstimate>): void {
  vi.stubGlobal('navigator', { storage: { estimate } });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('checkRoom', () => {
  test('lets weights through that fit', async () => {
    stubStorage(() => Promise.resolve({ quota: 60e6, usage: 10e6 }));
    await checkRoom(50e6, URL_OF_WEIGHTS, { memoryBytes: 300e6, needsStorage: true }, 'onnxruntime');
  });

  test('refuses weights that a worker has no memory for', async () => {
    const error = await catchRejection(
      checkRoom(51e6, URL_OF_WEIGHTS, { memoryBytes: 300e6, needsStorage: false }, 'onnxruntime'),
    );
    expect(error).toMatchObject({ code: 'insufficient_memory', url: URL_OF_WEIGHTS, canFallBack: true });
    expect(String(error)).toContain('room for 304 MB');
    expect(String(error)).toContain('it has 300 MB');
  });

  test('lets weights through for the kernel, which takes less', async () => {
    await checkRoom(51e6, URL_OF_WEIGHTS, { memoryBytes: 100e6, needsStorage: false }, 'kernel');
    const tooMuch = checkRoom(51e6, URL_OF_WEIGHTS, { memoryBytes: 80e6, needsStorage: false }, 'kernel');
    expect(String(await catchRejection(tooMuch))).toContain('room for 81 MB');
  });

  test('refuses weights that the browser cannot keep, when someone else may answer', async () => {
    stubStorage(() => Promise.resolve({ quota: 60e6, usage: 20e6 }));
    const error = await catchRejection(checkRoom(50e6, URL_OF_WEIGHTS, { needsStorage: true }, 'onnxruntime'));
    expect(error).toMatchObject({ code: 'insufficient_storage', canFallBack: true });
    await checkRoom(50e6, URL_OF_WEIGHTS, { needsStorage: false }, 'onnxruntime');
  });

  test.each<[what: string, estimate: () => Promise<StorageEstimate>]>([
    ['says nothing of its quota', () => Promise.resolve({})],
    ['refuses to say', () => Promise.reject(new TypeError('no'))],
  ])('lets weights through where the browser %s', async (_what, estimate) => {
    stubStorage(estimate);
    await checkRoom(50e6, URL_OF_WEIGHTS, { needsStorage: true }, 'onnxruntime');
  });
});
