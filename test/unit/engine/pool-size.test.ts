import { describe, expect, test } from 'vitest';
import { choosePoolSize, countThreads, isAnotherWorthIt, LEAST_WAIT_MS } from '../../../src/engine/pool-size.js';

const LAPTOP = { cores: 8, memoryGib: 8, modelBytes: 23e6, runtime: 'onnxruntime' } as const;

describe('choosePoolSize', () => {
  test.each([
    [1, 1],
    [2, 2],
    [4, 3],
    [8, 7],
    [32, 8],
  ])('for %i cores is %i: one is left to the page where there are enough', (cores, size) => {
    expect(choosePoolSize({ ...LAPTOP, cores })).toBe(size);
  });

  test.each([
    [8, 23e6, 7],
    [2, 23e6, 2],
    [0.5, 23e6, 1],
    [8, 500e6, 1],
    [undefined, 500e6, 7],
  ])('with %j GiB of memory and a model of %d bytes is %i', (memoryGib, modelBytes, size) => {
    expect(choosePoolSize({ ...LAPTOP, memoryGib, modelBytes })).toBe(size);
  });

  test.each([
    [2, 23e6, 7],
    [0.5, 23e6, 2],
    [8, 500e6, 3],
  ])(
    'with %j GiB of memory and a model of %d bytes in the kernel, which takes less, is %i',
    (memoryGib, modelBytes, size) => {
      expect(choosePoolSize({ ...LAPTOP, runtime: 'kernel', memoryGib, modelBytes })).toBe(size);
    },
  );
});

describe('countThreads', () => {
  test.each([
    [1, 1],
    [2, 2],
    [4, 4],
    [32, 4],
  ])('for %i cores is %i', (cores, threads) => {
    expect(countThreads(cores)).toBe(threads);
  });
});

describe('isAnotherWorthIt', () => {
  test.each([
    [false, 100_000, undefined, 1],
    [false, 2000, 1, 1],
    [true, 2001, 1, 1],
    [false, 2001, 1, 2],
    [true, 4001, 1, 2],
    [false, 4001, 10, 1],
  ])('is %j for %i tokens at %j tokens a millisecond with %i running', (expected, tokens, speed, running) => {
    expect(isAnotherWorthIt(tokens, speed, running, LEAST_WAIT_MS.onnxruntime)).toBe(expected);
  });

  test('sooner where a worker starts in less time', () => {
    expect(isAnotherWorthIt(601, 1, 1, LEAST_WAIT_MS.kernel)).toBe(true);
    expect(isAnotherWorthIt(600, 1, 1, LEAST_WAIT_MS.kernel)).toBe(false);
  });
});
