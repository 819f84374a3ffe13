/** What the tests of the router's parts share: parts of a plan, targets that answer as they are told, a device. */
import { vi, type Mock } from 'vitest';
import type { EmbeddedRows, LocalTarget, Target, TargetOptions, TargetRequest } from '../../../src/contract/target.js';
import type { Capability, GpuCapability } from '../../../src/plan/capability.js';
import type { PlannedLocal } from '../../../src/plan/plan-local.js';
import type { PlannedTarget } from '../../../src/plan/plan.js';
import type { LivePlanSettings } from '../../../src/plan/live-plan.js';
import { Router, type TargetPlan } from '../../../src/route/router.js';
import { SpaceBinding } from '../../../src/spaces/space-binding.js';

/** A checked request of one text. */
export const REQUEST: TargetRequest = { inputs: ['a'], truncate: 'end' };

/** Options that end nothing. */
export const OPTIONS: TargetOptions = { signal: new AbortController().signal, priority: 'bulk' };

/** An answer to {@link REQUEST}. */
export const ROWS: EmbeddedRows = {
  vectors: new Float32Array(2),
  dimensions: 2,
  tokenCounts: new Uint32Array(1),
  totalTokens: 0,
  truncated: new Uint8Array(1),
  space: 'some-space',
  provider: { kind: 'local', id: 'fake', device: 'wasm', runtime: 'onnxruntime', dtype: 'q8' },
  model: 'some-model',
};

/** A WebGPU adapter of hardware, with 16-bit floats. */
export const GPU: GpuCapability = {
  vendor: 'nvidia',
  architecture: 'ampere',
  description: '',
  isSoftware: false,
  shaderF16: true,
};

/** A device that offers everything. */
export const ABLE: Capability = {
  workers: true,
  wasmSimd: true,
  crossOriginIsolated: false,
  cores: 4,
  memoryGib: undefined,
  workersMemoryBytes: 2 ** 30,
  savesData: false,
  gpu: GPU,
};

/** What a plan is made of when there are no providers. */
export const LOCAL: Pick<LivePlanSettings, 'policy' | 'providers' | 'binding'> = {
  policy: 'only-on-device',
  providers: [],
  binding: new SpaceBinding(undefined),
};

/** A usable part of a plan, on WASM unless `part` says otherwise. */
export function makePlanned(id: string, part: Partial<PlannedLocal> = {}): PlannedLocal {
  return {
    id,
    kind: 'local',
    device: 'wasm',
    runtime: 'onnxruntime',
    dtypes: ['q8'],
    usable: true,
    reason: 'Because.',
    ...part,
  };
}

/** A router over a plan, bound to no space yet. */
export function makeRouter(plan: TargetPlan, create: (planned: PlannedTarget) => Target): Router {
  return new Router({
    plan,
    load: (planned) => Promise.resolve(create(planned)),
    binding: new SpaceBinding(undefined),
    openBalancer: () => Promise.reject(new Error('Expected no balancer to be needed.')),
  });
}

/** A target of this device whose methods can be looked at and told what to do. */
export type FakeTarget = { [Name in keyof Omit<LocalTarget, 'kind'>]: Mock<LocalTarget[Name]> } & {
  readonly kind: 'local';
};

/** A target that answers, or rejects with `error`. */
export function makeTarget(error?: unknown): FakeTarget {
  const embed = vi.fn<LocalTarget['embed']>();
  if (error === undefined) embed.mockResolvedValue(ROWS);
  else embed.mockRejectedValue(error);
  return {
    kind: 'local',
    embed,
    start: vi.fn<LocalTarget['start']>(),
    measure: vi.fn<LocalTarget['measure']>().mockResolvedValue(1),
    stats: vi
      .fn<LocalTarget['stats']>()
      .mockReturnValue({ queue_fraction: 0, queue_absolute: 0, results_pending: 0, batch_size: 1 }),
    countTokens: vi
      .fn<LocalTarget['countTokens']>()
      .mockResolvedValue({ counts: Uint32Array.of(1), frame: 0, maxTokens: 1 }),
    listTokens: vi.fn<LocalTarget['listTokens']>(),
    recipe: vi.fn<LocalTarget['recipe']>(),
    rest: vi.fn<LocalTarget['rest']>(),
    dispose: vi.fn<LocalTarget['dispose']>(),
  };
}
