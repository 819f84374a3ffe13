import { describe, expect, test, vi } from 'vitest';
import { checkRoom } from '../../../../src/runtime/files/check-room.js';
import { catchError } from '../../../support/catch-error.js';

const LARGE = { bytes: 100e6, perModelByte: 4 };
const SMALL = { bytes: 20e6, perModelByte: 1.2 };
const URL_OF_WEIGHTS = 'https://hub.example/onnx/model.onnx';

describe('checkRoom', () => {
  test('lets weights through that fit', () => {
    checkRoom(50e6, URL_OF_WEIGHTS, { cost: LARGE, memoryBytes: 300e6 });
  });

  test('refuses weights that a worker has no memory for', () => {
    const error = catchError(() => {
      checkRoom(51e6, URL_OF_WEIGHTS, { cost: LARGE, memoryBytes: 300e6 });
    });
    expect(error).toMatchObject({ code: 'insufficient_memory', url: URL_OF_WEIGHTS, canFallBack: true });
    expect(String(error)).toContain('room for 304 MB');
    expect(String(error)).toContain('it has 300 MB');
  });

  test('lets weights through for a worker that takes less', () => {
    checkRoom(51e6, URL_OF_WEIGHTS, { cost: SMALL, memoryBytes: 100e6 });
    const tooMuch = (): void => {
      checkRoom(51e6, URL_OF_WEIGHTS, { cost: SMALL, memoryBytes: 80e6 });
    };
    expect(String(catchError(tooMuch))).toContain('room for 81 MB');
  });

  test('never asks whether there is room in storage, which may be blocked or full', () => {
    const estimate = vi.fn(() => Promise.reject(new DOMException('denied', 'SecurityError')));
    vi.stubGlobal('navigator', { storage: { estimate } });
    checkRoom(50e6, URL_OF_WEIGHTS, { cost: LARGE });
    vi.unstubAllGlobals();
    expect(estimate).not.toHaveBeenCalled();
  });
});
