import { describe, expect, test } from 'vitest';
import { DTYPES } from '../../../src/api/vocabulary.js';
import type { Capability } from '../../../src/plan/capability.js';
import { speedKey, type LocalPlanInput } from '../../../src/plan/plan-local.js';
import { idsOf, plan, WASM_KEY, type Findings } from './plan-on-able-device.js';
import { GPU, makePlanned } from '../route/support.js';

describe('planLocal for WASM', () => {
  test('is first where there are workers and SIMD', () => {
    expect(plan()[0]).toEqual({
      id: 'local/wasm',
      kind: 'local',
      device: 'wasm',
      runtime: 'onnxruntime',
      dtypes: ['q8', 'fp32'],
      usable: true,
      reason: 'WASM with SIMD runs on this device.',
    });
  });

  test('is all there is when the app asked for it', () => {
    expect(plan({ device: 'wasm' })).toMatchObject([{ usable: true, reason: 'The app asked for WASM.' }]);
  });

  test.each([
    { model: 'Xenova/all-mpnet-base-v2' },
    { model: 'team/files', sameAs: 'sentence-transformers/all-mpnet-base-v2' },
  ])('leaves 8 bits to the app for a model that is not itself in them: %j', (options) => {
    const [wasm, kernel] = plan({ ...options, runtime: 'auto', device: 'wasm' });
    expect([wasm?.id, wasm?.dtypes]).toEqual(['local/wasm', ['fp32']]);
    expect(kernel).toMatchObject({ usable: false, reason: expect.stringContaining('8 bits') as unknown });
    expect(plan({ ...options, dtype: 'q8' })[0]?.dtypes).toEqual(['q8']);
  });

  test.each(DTYPES)('tries only %s when the app asked for it', (dtype) => {
    expect(plan({ dtype })[0]?.dtypes).toEqual([dtype]);
  });

  test.each<[lacking: Partial<Capability>, reason: RegExp]>([
    [{ workers: false }, /no Web Workers/],
    [{ wasmSimd: false }, /no WASM SIMD/],
    [{ workers: false, wasmSimd: false }, /no Web Workers/],
  ])('rules every target out, with the reason, given %j', (lacking, reason) => {
    for (const device of ['auto', 'wasm', 'webgpu'] as const) {
      const targets = plan({ device }, lacking);
      expect(targets.length).toBeGreaterThan(0);
      for (const target of targets) {
        expect(target.usable).toBe(false);
        expect(target.reason).toMatch(reason);
      }
    }
  });

  test.each<Partial<Capability>>([{ crossOriginIsolated: true }, { cores: 1 }, { memoryGib: 0.5 }])(
    'is the same given %j',
    (other) => {
      expect(plan({}, other)).toEqual(plan());
    },
  );

  test('knows its speed', () => {
    expect(plan({}, {}, { [`wasm/${WASM_KEY}`]: { tokensPerMs: 3 } })[0]?.tokensPerMs).toBe(3);
  });
});

describe('planLocal for WebGPU', () => {
  test('is one target a dtype, after WASM until they are compared', () => {
    const targets = plan();
    expect(idsOf(targets)).toEqual(['local/wasm', 'local/webgpu/fp16', 'local/webgpu/fp32']);
    expect(targets.map(({ dtypes }) => dtypes)).toEqual([['q8', 'fp32'], ['fp16'], ['fp32']]);
    for (const target of targets.slice(1)) {
      expect(target).toMatchObject({ device: 'webgpu', usable: true });
      expect(target.reason).toMatch(/^Not measured yet/);
    }
  });

  test.each<[order: string[], gpu: number, wasm: number]>([
    [['local/webgpu/fp16', 'local/wasm', 'local/webgpu/fp32'], 12.1, 10],
    [['local/wasm', 'local/webgpu/fp16', 'local/webgpu/fp32'], 12, 10],
    [['local/wasm', 'local/webgpu/fp16', 'local/webgpu/fp32'], 8, 10],
  ])('puts %j in this order at %d and %d tokens a millisecond', (order, gpu, wasm) => {
    const targets = plan({}, {}, { 'webgpu/fp16': { tokensPerMs: gpu }, 'wasm/q8+fp32': { tokensPerMs: wasm } });
    expect(idsOf(targets)).toEqual(order);
    const measured = targets.find(({ id }) => id === 'local/webgpu/fp16');
    expect(measured?.tokensPerMs).toBe(gpu);
    expect(measured?.reason).toBe(
      `Measured on this device: ${(gpu / wasm).toFixed(2)} times as fast as WASM${gpu > 12 ? '' : ', which is not enough'}.`,
    );
  });

  test.each<[what: string, findings: Findings]>([
    ['the GPU', { 'webgpu/fp16': { tokensPerMs: 100 } }],
    ['WASM', { [`wasm/${WASM_KEY}`]: { tokensPerMs: 0.1 } }],
    ['WASM in another dtype', { 'webgpu/fp16': { tokensPerMs: 100 }, 'wasm/q4': { tokensPerMs: 1 } }],
  ])('stays after WASM when only the speed of %s is known', (_what, findings) => {
    expect(plan({}, {}, findings)[0]?.id).toBe('local/wasm');
  });

  test('is all there is when the app asked for it', () => {
    const targets = plan({ device: 'webgpu' });
    expect(idsOf(targets)).toEqual(['local/webgpu/fp16', 'local/webgpu/fp32']);
    for (const target of targets) expect(target).toMatchObject({ usable: true, reason: 'The app asked for WebGPU.' });
  });

  test("tries only the app's dtype, on either device", () => {
    const targets = plan({ dtype: 'q4' });
    expect(idsOf(targets)).toEqual(['local/wasm', 'local/webgpu/q4']);
    expect(targets.map(({ dtypes }) => dtypes)).toEqual([['q4'], ['q4']]);
  });

  test("doesn't offer fp16 to an adapter without 16-bit floats", () => {
    const gpu = { ...GPU, shaderF16: false };
    expect(idsOf(plan({}, { gpu }))).toEqual(['local/wasm', 'local/webgpu/fp32']);
  });

  test.each(['fp16', 'q4f16'] as const)('says so when the app asked for %s there', (dtype) => {
    const gpu = { ...GPU, shaderF16: false };
    for (const device of ['auto', 'webgpu'] as const) {
      const target = plan({ device, dtype }, { gpu }).at(-1);
      expect(target).toMatchObject({ id: `local/webgpu/${dtype}`, usable: false });
      expect(target?.reason).toContain(`no 16-bit floats, which ${dtype} needs`);
    }
  });
});

describe('planLocal rules WebGPU out', () => {
  const disproved: Findings = {
    'webgpu/fp16': { proof: { passed: false, minCosine: 0.3 }, tokensPerMs: 100 },
    'webgpu/fp32': { proof: { passed: false } },
    'wasm/q8+fp32': { tokensPerMs: 1 },
  };

  test.each<[what: string, capability: Partial<Capability>, findings: Findings, reason: RegExp]>([
    ['until the browser has told', { gpu: undefined }, {}, /not told yet/],
    ['without an adapter', { gpu: null }, {}, /no WebGPU adapter/],
    ['where its vectors are wrong', {}, disproved, /wrong vectors in fp/],
  ])('%s, also when the app asked for it', (_what, capability, findings, reason) => {
    for (const device of ['auto', 'webgpu'] as const) {
      const targets = plan({ device }, capability, findings).filter((target) => target.device === 'webgpu');
      expect(targets.length).toBe(2);
      for (const target of targets) {
        expect(target.usable).toBe(false);
        expect(target.reason).toMatch(reason);
      }
    }
  });

  test.each<[what: string, capability: Partial<Capability>, gpuDtypes: LocalPlanInput['gpuDtypes'], reason: RegExp]>([
    ['an adapter in software', { gpu: { ...GPU, isSoftware: true } }, ['fp16', 'fp32'], /in software/],
    ['a model without fp32 weights', {}, ['q8'], /q8 only/],
    ['a user who saves data', { savesData: true }, ['fp16', 'fp32'], /saves data/],
  ])('for %s, unless the app asked for it', (_what, capability, gpuDtypes, reason) => {
    const [wasm, ...gpus] = plan({}, capability, {}, gpuDtypes);
    expect(wasm).toMatchObject({ id: 'local/wasm', usable: true });
    expect(gpus.length).toBe(gpuDtypes.length);
    for (const gpu of gpus) {
      expect(gpu.usable).toBe(false);
      expect(gpu.reason).toMatch(reason);
    }
    for (const gpu of plan({ device: 'webgpu' }, capability, {}, gpuDtypes)) expect(gpu.usable).toBe(true);
  });

  test('for one dtype and not for another', () => {
    const findings: Findings = {
      'webgpu/fp16': { proof: { passed: false } },
      'webgpu/fp32': { proof: { passed: true } },
    };
    expect(plan({}, {}, findings).map(({ usable }) => usable)).toEqual([true, false, true]);
  });

  test('but not for a user who saves data and whose GPU was measured before', () => {
    const findings: Findings = { 'webgpu/fp32': { tokensPerMs: 9 }, 'wasm/q8+fp32': { tokensPerMs: 3 } };
    const targets = plan({}, { savesData: true }, findings);
    expect(targets[0]).toMatchObject({ id: 'local/webgpu/fp32', usable: true });
    expect(targets.find(({ id }) => id === 'local/webgpu/fp16')?.usable).toBe(false);
  });
});

test('a speed is remembered by the dtypes that were candidates', () => {
  expect(speedKey(makePlanned('local/wasm', { dtypes: ['q8', 'fp32'] }))).toBe(WASM_KEY);
  expect(speedKey(makePlanned('local/webgpu/fp16', { dtypes: ['fp16'] }))).toBe('fp16');
});
