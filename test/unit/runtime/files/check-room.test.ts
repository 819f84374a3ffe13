import { describe, expect, test, vi } from 'vitest';
import { checkRoom } from '../../../../src/runtime/files/check-room.js';
import { catchError } from '../../catch-error.js';

const URL_OF_WEIGHTS = 'https://hub.example/onnx/model.onnx';

describe('checkRoom', () => {
  test('lets weights through that fit', () => {
    checkRoom(50e6, URL_OF_WEIGHTS, { memoryBytes: 300e6 }, 'onnxruntime');
  });

  test('refuses weights that a worker has no memory for', () => {
    const error = catchError(() => {
      checkRoom(51e6, URL_OF_WEIGHTS, { memoryBytes: 300e6 }, 'onnxruntime');
    });
    expect(error).toMatchObject({ code: 'insufficient_memory', url: URL_OF_WEIGHTS, canFallBack: true });
    expect(String(error)).toContain('room for 304 MB');
    expect(String(error)).toContain('it has 300 MB');
  });

  test('lets weights through for the kernel, which takes less', () => {
    checkRoom(51e6, URL_OF_WEIGHTS, { memoryBytes: 100e6 }, 'kernel');
    const tooMuch = (): void => {
      checkRoom(51e6, URL_OF_WEIGHTS, { memoryBytes: 80e6 }, 'kernel');
    };
    expect(String(catchError(tooMuch))).toContain('room for 81 MB');
  });

  test('never asks whether there is room in storage, which may be blocked or full', () => {
    const estimate = vi.fn(() => Promise.reject(new DOMException('denied', 'SecurityError')));
    vi.stubGlobal('navigator', { storage: { estimate } });
    checkRoom(50e6, URL_OF_WEIGHTS, {}, 'onnxruntime');
    vi.unstubAllGlobals();
    expect(estimate).not.toHaveBeenCalled();
  });
});
