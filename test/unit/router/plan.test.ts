import { describe, expect, test } from 'vitest';
import { DTYPES } from '../../../src/api/vocabulary.js';
import type { Capability } from '../../../src/router/capability.js';
import { planTargets } from '../../../src/router/plan.js';

const ABLE: Capability = { workers: true, wasmSimd: true, crossOriginIsolated: false, memoryGib: undefined, cores: 4 };

describe('planTargets', () => {
  test('chooses WASM where there are workers and SIMD', () => {
    expect(planTargets({}, ABLE)).toEqual([
      {
        kind: 'local',
        device: 'wasm',
        runtime: 'onnxruntime',
        dtypes: ['q8', 'fp32'],
        usable: true,
        reason: 'WASM with SIMD runs on this device.',
      },
    ]);
  });

  test('says so when the app asked for WASM', () => {
    expect(planTargets({ device: 'wasm' }, ABLE)).toMatchObject([{ usable: true, reason: 'The app asked for WASM.' }]);
  });

  test.each(DTYPES)('tries only %s when the app asked for it', (dtype) => {
    expect(planTargets({ dtype }, ABLE)[0]?.dtypes).toEqual([dtype]);
  });

  test.each<[lacking: Partial<Capability>, reason: RegExp]>([
    [{ workers: false }, /no Web Workers/],
    [{ wasmSimd: false }, /no WASM SIMD/],
    [{ workers: false, wasmSimd: false }, /no Web Workers/],
  ])('rules WASM out, with the reason, given %j', (lacking, reason) => {
    for (const device of ['auto', 'wasm'] as const) {
      const plan = planTargets({ device }, { ...ABLE, ...lacking });
      expect(plan).toMatchObject([{ device: 'wasm', usable: false }]);
      expect(plan[0]?.reason).toMatch(reason);
    }
  });

  test.each<Partial<Capability>>([{ crossOriginIsolated: true }, { cores: 1 }])('is the same given %j', (other) => {
    expect(planTargets({}, { ...ABLE, ...other })).toEqual(planTargets({}, ABLE));
  });
});
