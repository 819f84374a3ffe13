/** Which of WASM's two runtimes is first, and why. */
import { describe, expect, test } from 'vitest';
import type { LocalPlanInput } from '../../../src/plan/plan-local.js';
import { idsOf, plan, WASM_KEY, type Findings } from './plan-on-able-device.js';

describe('planLocal for the kernel', () => {
  const KERNEL = 'local/wasm/kernel';
  const auto = { runtime: 'auto' } as const;

  test('puts it before ONNX Runtime, on the same weights', () => {
    const targets = plan(auto);
    expect(idsOf(targets)).toEqual([KERNEL, 'local/wasm', 'local/webgpu/fp16', 'local/webgpu/fp32']);
    expect(targets[0]).toEqual({
      id: KERNEL,
      kind: 'local',
      device: 'wasm',
      runtime: 'kernel',
      dtypes: ['q8', 'fp32'],
      usable: true,
      reason: 'The kernel is the fastest on WASM where it knows the model.',
    });
    expect(targets[1]).toMatchObject({ runtime: 'onnxruntime', dtypes: ['q8', 'fp32'], usable: true });
    expect(idsOf(plan({ ...auto, device: 'wasm' }))).toEqual([KERNEL, 'local/wasm']);
  });

  test.each<[options: LocalPlanInput['options'], ids: readonly string[]]>([
    [{ runtime: 'kernel' }, [KERNEL]],
    [{ runtime: 'kernel', device: 'wasm' }, [KERNEL]],
    [{ runtime: 'onnxruntime', device: 'wasm' }, ['local/wasm']],
    [{ runtime: 'onnxruntime' }, ['local/wasm', 'local/webgpu/fp16', 'local/webgpu/fp32']],
    [{ runtime: 'auto', device: 'webgpu' }, ['local/webgpu/fp16', 'local/webgpu/fp32']],
  ])('given %j has the targets %j, all usable', (options, ids) => {
    expect(idsOf(plan(options))).toEqual(ids);
    expect(plan(options).every(({ usable }) => usable)).toBe(true);
  });

  test.each(['auto', 'q8', 'int8', 'uint8'] as const)('takes the dtype %s', (dtype) => {
    expect(plan({ ...auto, dtype })[0]).toMatchObject({ id: KERNEL, usable: true });
  });

  test.each(['fp32', 'fp16'] as const)('leaves %s to ONNX Runtime, unless the app wants the kernel', (dtype) => {
    expect(plan({ ...auto, dtype, device: 'wasm' })).toMatchObject([
      { id: 'local/wasm', usable: true },
      { id: KERNEL, usable: false, reason: `The app asked for ${dtype}, and the kernel computes in 8 bits.` },
    ]);
    expect(plan({ runtime: 'kernel', dtype })).toMatchObject([{ id: KERNEL, usable: true, dtypes: [dtype] }]);
  });

  test.each(['q4', 'q4f16', 'bnb4'] as const)('leaves %s to ONNX Runtime', (dtype) => {
    const targets = plan({ ...auto, dtype, device: 'wasm' });
    expect(targets.map(({ id, usable }) => [id, usable])).toEqual([
      ['local/wasm', true],
      [KERNEL, false],
    ]);
    expect(targets[1]?.reason).toBe(`The kernel doesn't read ${dtype} weights.`);
  });

  test('leaves a model to ONNX Runtime that it is known not to run, and says why', () => {
    const obstacle = "The kernel doesn't run this model: it has a gate.";
    const findings: Findings = { [`kernel/${WASM_KEY}`]: { obstacle, proof: { passed: false } } };
    expect(plan({ ...auto, device: 'wasm' }, {}, findings)).toMatchObject([
      { id: 'local/wasm', usable: true },
      { id: KERNEL, usable: false, reason: obstacle },
    ]);
    expect(plan({ runtime: 'kernel' }, {}, findings)).toMatchObject([{ usable: false, reason: obstacle }]);
    expect(plan({ ...auto, dtype: 'int8' }, {}, findings)[0]).toMatchObject({ id: KERNEL, usable: true });
  });

  test('leaves a model to ONNX Runtime for which it gave wrong vectors', () => {
    const targets = plan(auto, {}, { [`kernel/${WASM_KEY}`]: { proof: { passed: false, minCosine: 0.5 } } });
    expect(targets.find(({ id }) => id === KERNEL)).toMatchObject({ usable: false });
    expect(plan(auto, {}, { [`kernel/${WASM_KEY}`]: { proof: { passed: true } } })[0]?.id).toBe(KERNEL);
  });

  test('knows a speed of its own, which may be too low for the app', () => {
    const findings: Findings = { [`kernel/${WASM_KEY}`]: { tokensPerMs: 6 }, [`wasm/${WASM_KEY}`]: { tokensPerMs: 2 } };
    expect(plan(auto, {}, findings).map(({ tokensPerMs }) => tokensPerMs)).toEqual([6, 2, undefined, undefined]);
    expect(plan({ ...auto, minimumSpeed: 6001, device: 'wasm' }, {}, findings).map(({ usable }) => usable)).toEqual([
      false,
      false,
    ]);
  });

  test.each<[order: string[], findings: Findings]>([
    [
      ['local/webgpu/fp16', KERNEL, 'local/wasm', 'local/webgpu/fp32'],
      {
        'webgpu/fp16': { tokensPerMs: 13 },
        'kernel/q8+fp32': { tokensPerMs: 10 },
        'wasm/q8+fp32': { tokensPerMs: 99 },
      },
    ],
    [
      [KERNEL, 'local/wasm', 'local/webgpu/fp16', 'local/webgpu/fp32'],
      { 'webgpu/fp16': { tokensPerMs: 13 }, 'kernel/q8+fp32': { tokensPerMs: 12 }, 'wasm/q8+fp32': { tokensPerMs: 1 } },
    ],
    [
      ['local/webgpu/fp16', 'local/wasm', KERNEL, 'local/webgpu/fp32'],
      { 'webgpu/fp16': { tokensPerMs: 13 }, 'kernel/q8+fp32': { obstacle: 'No.' }, 'wasm/q8+fp32': { tokensPerMs: 1 } },
    ],
  ])('gives %j: a GPU is compared with the first on WASM that is usable', (order, findings) => {
    expect(idsOf(plan(auto, {}, findings))).toEqual(order);
  });

  test('is ruled out with everything else where there are no workers', () => {
    const targets = plan(auto, { workers: false });
    expect(targets.some(({ usable }) => usable)).toBe(false);
    expect(targets.find(({ id }) => id === KERNEL)?.reason).toMatch(/no Web Workers/);
  });
});
