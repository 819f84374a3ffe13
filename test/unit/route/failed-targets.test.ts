import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { EmbeddingError } from '../../../src/errors/errors.js';
import { FailedTargets } from '../../../src/route/failed-targets.js';
import type { PlannedTarget } from '../../../src/plan/plan.js';
import { makePlanned } from './support.js';

const KERNEL = makePlanned('kernel', { runtime: 'kernel' });
const ONNX = makePlanned('onnx');
const GPU = makePlanned('gpu', { device: 'webgpu' });
const REMOTE: PlannedTarget = {
  id: 'remote',
  kind: 'remote',
  provider: 'openai-compatible',
  host: 'api.example',
  model: 'm',
  usable: true,
  reason: 'It is asked when this device cannot answer.',
};

function fail(...failures: readonly (readonly [PlannedTarget, ErrorCode])[]): FailedTargets {
  const failed = new FailedTargets();
  for (const [planned, code] of failures) failed.add(planned, new EmbeddingError(code, `${planned.id} failed.`));
  return failed;
}

function idsOf(failures: FailedTargets): string[] {
  return failures.list().map(({ target }) => target);
}

describe('FailedTargets.predict()', () => {
  test.each<ErrorCode>([
    'model_file_missing',
    'model_file_damaged',
    'model_file_unreachable',
    'model_unsupported',
    'insufficient_memory',
    'engine_script_failed',
  ])('knows that ONNX Runtime fails as the kernel does by %s, and nobody else', (code) => {
    const failures = fail([KERNEL, code]);
    expect([KERNEL, ONNX, GPU, REMOTE].map((planned) => failures.predict(planned)?.code)).toEqual([
      undefined,
      code,
      undefined,
      undefined,
    ]);
    expect(fail([ONNX, code]).predict(KERNEL)?.code).toBe(code);
    expect(fail([ONNX, code]).predict(makePlanned('other'))).toBeUndefined();
  });

  test.each<ErrorCode>([
    'kernel_unsupported',
    'device_disproved',
    'runtime_file_failed',
    'worker_script_failed',
    'worker_died',
    'invalid_vector',
    'internal',
  ])('expects more of ONNX Runtime after %s', (code) => {
    expect(fail([KERNEL, code]).predict(ONNX)).toBeUndefined();
  });
});

describe('FailedTargets.forbids()', () => {
  test.each<ErrorCode>(['internal', 'storage_unavailable', 'insufficient_storage'])(
    'lets other ways on this device be tried after %s, and no provider',
    (code) => {
      const failures = fail([KERNEL, code], [GPU, 'worker_died']);
      expect([ONNX, GPU, REMOTE].map((planned) => failures.forbids(planned))).toEqual([false, false, true]);
      expect(fail([REMOTE, code]).forbids({ ...REMOTE, id: 'another' })).toBe(false);
    },
  );

  test('lets providers be asked after every other failure', () => {
    expect(fail([KERNEL, 'kernel_unsupported'], [ONNX, 'worker_script_failed']).forbids(REMOTE)).toBe(false);
  });
});

test('FailedTargets.predict() expects an input over which workers hung to hang everything on this device, and no provider', () => {
  const failures = fail([KERNEL, 'worker_hung']);
  expect([ONNX, GPU, REMOTE].map((planned) => failures.predict(planned)?.code)).toEqual([
    'worker_hung',
    'worker_hung',
    undefined,
  ]);
});

describe('FailedTargets.list()', () => {
  test.each<[failures: readonly (readonly [PlannedTarget, ErrorCode])[], told: readonly string[]]>([
    [[], []],
    [[[KERNEL, 'kernel_unsupported']], ['kernel']],
    [
      [
        [KERNEL, 'kernel_unsupported'],
        [ONNX, 'worker_died'],
      ],
      ['onnx'],
    ],
    [
      [
        [KERNEL, 'worker_script_failed'],
        [ONNX, 'worker_script_failed'],
        [REMOTE, 'authentication_failed'],
      ],
      ['onnx', 'remote'],
    ],
    [
      [
        [KERNEL, 'worker_died'],
        [ONNX, 'worker_script_failed'],
      ],
      ['kernel', 'onnx'],
    ],
    [
      [
        [KERNEL, 'kernel_unsupported'],
        [GPU, 'device_lost'],
      ],
      ['kernel', 'gpu'],
    ],
    [
      [
        [ONNX, 'worker_died'],
        [GPU, 'worker_died'],
      ],
      ['onnx', 'gpu'],
    ],
  ])('of %j names %j', (failures, told) => {
    expect(idsOf(fail(...failures))).toEqual(told);
  });
});
