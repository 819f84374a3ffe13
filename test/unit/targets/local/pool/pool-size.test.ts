import { describe, expect, test } from 'vitest';
import { estimateWorkerBytes } from '../../../../../src/models/worker-memory.js';
import { RUNTIME_WORKERS } from '../../../../../src/runtimes/workers/registry.js';
import { allowWorkers, choosePoolSize, isAnotherWorthIt } from '../../../../../src/targets/local/pool/pool-size.js';

const { onnxruntime, kernel } = RUNTIME_WORKERS;
const LAPTOP = { cores: 8, workersMemoryBytes: 2 ** 31, workerBytes: estimateWorkerBytes(23e6, onnxruntime.cost) };

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
      const workerBytes = estimateWorkerBytes(modelBytes, onnxruntime.cost);
      expect(choosePoolSize({ ...LAPTOP, workersMemoryBytes, workerBytes })).toEqual({ workers, withExpress });
    },
  );

  test.each([
    [512, 23e6, 7, 8],
    [128, 23e6, 2, 2],
    [2048, 500e6, 3, 3],
  ])(
    'with %d MiB for workers and a model of %d bytes in the kernel, which takes less, is %i, %i in all',
    (mebibytes, modelBytes, workers, withExpress) => {
      const workersMemoryBytes = mebibytes * 2 ** 20;
      const workerBytes = estimateWorkerBytes(modelBytes, kernel.cost);
      expect(choosePoolSize({ ...LAPTOP, workersMemoryBytes, workerBytes })).toEqual({ workers, withExpress });
    },
  );

  // bge-base in q8, on what is assumed of a phone and of a computer that tell no memory.
  test.each([
    ['onnxruntime', 256, 1],
    ['kernel', 256, 1],
    ['onnxruntime', 1024, 2],
    ['kernel', 1024, 7],
  ] as const)('keeps a model of 109 MB on %s within %d MiB: %i', (runtime, mebibytes, workers) => {
    const workerBytes = estimateWorkerBytes(109e6, RUNTIME_WORKERS[runtime].cost);
    expect(choosePoolSize({ ...LAPTOP, workersMemoryBytes: mebibytes * 2 ** 20, workerBytes }).workers).toBe(workers);
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

describe('isAnotherWorthIt', () => {
  test.each([
    [false, 100_000, undefined, 1],
    [false, 2000, 1, 1],
    [true, 2001, 1, 1],
    [false, 2001, 1, 2],
    [true, 4001, 1, 2],
    [false, 4001, 10, 1],
  ])('is %j for %i tokens at %j tokens a millisecond with %i running', (expected, tokens, speed, running) => {
    expect(isAnotherWorthIt(tokens, speed, running, onnxruntime.minWaitMs)).toBe(expected);
  });

  test('sooner where a worker starts in less time', () => {
    expect(isAnotherWorthIt(601, 1, 1, kernel.minWaitMs)).toBe(true);
    expect(isAnotherWorthIt(600, 1, 1, kernel.minWaitMs)).toBe(false);
  });
});
