import { describe, expect, test } from 'vitest';
import {
  allowWorkers,
  choosePoolSize,
  countThreads,
  isAnotherWorthIt,
  MIN_WAIT_MS,
} from '../../../../../src/targets/local/pool/pool-size.js';

const LAPTOP = { cores: 8, workersMemoryBytes: 2 ** 31, modelBytes: 23e6, runtime: 'onnxruntime' } as const;

describe('choosePoolSize', () => {
  test.each([
    [1, 1],
    [2, 2],
    [4, 3],
    [8, 7],
    [32, 8],
  ])(
    'for %i cores is %i, and one more for queries: one is left to the page where there are enough',
    (cores, workers) => {
      expect(choosePoolSize({ ...LAPTOP, cores })).toEqual({ workers, withExpress: workers + 1 });
    },
  );

  test.each([
    [2048, 23e6, 7, 8],
    [512, 23e6, 2, 2],
    [128, 23e6, 1, 1],
    [2048, 500e6, 1, 1],
  ])(
    'with %d MiB for workers and a model of %d bytes is %i, %i in all',
    (mebibytes, modelBytes, workers, withExpress) => {
      const workersMemoryBytes = mebibytes * 2 ** 20;
      expect(choosePoolSize({ ...LAPTOP, workersMemoryBytes, modelBytes })).toEqual({ workers, withExpress });
    },
  );

  test.each([
    [512, 23e6, 7, 8],
    [128, 23e6, 2, 2],
    [2048, 500e6, 3, 3],
  ])(
    'with %d MiB for workers and a model of %d bytes in the kernel, which takes less, is %i, %i in all',
    (mebibytes, modelBytes, workers, withExpress) => {
      const limits = { ...LAPTOP, runtime: 'kernel', workersMemoryBytes: mebibytes * 2 ** 20, modelBytes } as const;
      expect(choosePoolSize(limits)).toEqual({ workers, withExpress });
    },
  );

  // bge-base in q8, on what is assumed of a phone and of a computer that tell no memory.
  test.each([
    ['onnxruntime', 256, 1],
    ['kernel', 256, 1],
    ['onnxruntime', 1024, 2],
    ['kernel', 1024, 7],
  ] as const)('keeps a model of 109 MB on %s within %d MiB: %i', (runtime, mebibytes, workers) => {
    const limits = { ...LAPTOP, runtime, workersMemoryBytes: mebibytes * 2 ** 20, modelBytes: 109e6 };
    expect(choosePoolSize(limits).workers).toBe(workers);
  });
});

test.each([
  [1, 8, 1],
  [5, 8, 5],
  [20, 8, 8],
  [3, 1, 1],
])('allowWorkers(): %i asked for on %i cores are %i', (asked, cores, workers) => {
  expect(allowWorkers(asked, cores).workers).toBe(workers);
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
    expect(isAnotherWorthIt(tokens, speed, running, MIN_WAIT_MS.onnxruntime)).toBe(expected);
  });

  test('sooner where a worker starts in less time', () => {
    expect(isAnotherWorthIt(601, 1, 1, MIN_WAIT_MS.kernel)).toBe(true);
    expect(isAnotherWorthIt(600, 1, 1, MIN_WAIT_MS.kernel)).toBe(false);
  });
});
