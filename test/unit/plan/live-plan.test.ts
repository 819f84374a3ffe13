import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Provider } from '../../../src/contract/provider.js';
import { LivePlan, type LivePlanSettings } from '../../../src/plan/live-plan.js';
import type { PlannedLocal } from '../../../src/plan/plan-local.js';
import { SpaceBinding } from '../../../src/spaces/space-binding.js';
import { createDeferred, type Deferred } from '../../../src/util/deferred.js';
import { LOCAL } from '../route/support.js';
import { stubStorage } from '../storage/stub-storage.js';

const INFO = { vendor: 'nvidia', architecture: 'ampere', description: '' };
const ADAPTER = { features: new Set(['shader-f16']), info: INFO };

/** What the browser will answer when it is asked for an adapter. */
let adapter: Deferred<unknown>;

beforeEach(() => {
  stubStorage();
  stubDevice();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A device that runs workers, and whose browser has yet to tell of its adapter. */
function stubDevice(): void {
  adapter = createDeferred();
  vi.stubGlobal('navigator', { hardwareConcurrency: 4, gpu: { requestAdapter: () => adapter.promise } });
  vi.stubGlobal('Worker', () => undefined);
}

/** On ONNX Runtime alone, unless the options say otherwise. */
function makePlan(options: LivePlanSettings['options'] = {}, model = 'owner/name@main'): LivePlan {
  return new LivePlan({
    options: { runtime: 'onnxruntime', ...options },
    model,
    gpuDtypes: ['fp16', 'fp32'],
    ...LOCAL,
  });
}

/** A plan whose browser has told of its adapter. */
async function makeReadyPlan(found: unknown = ADAPTER): Promise<LivePlan> {
  stubDevice();
  adapter.resolve(found);
  const plan = makePlan();
  await plan.askGpu();
  return plan;
}

function find(plan: LivePlan, id: string): PlannedLocal {
  const target = plan.targets.filter((each) => each.kind === 'local').find((each) => each.id === id);
  if (!target) throw new Error(`Expected a target ${id}.`);
  return target;
}

/** Whether it has settled by now, given the turns that promises need. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = vi.fn();
  void promise.then(settled, settled);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return settled.mock.calls.length > 0;
}

describe('LivePlan', () => {
  test("looks for the browser's own embedder at the moment it is asked", () => {
    const plan = makePlan({ builtin: 'prefer' });
    expect(plan.targets[0]).toMatchObject({ id: 'local/builtin', usable: false });
    vi.stubGlobal('SemanticEmbedder', {});
    expect(plan.targets[0]).toMatchObject({ id: 'local/builtin', usable: true });
  });

  test('begins on WASM, and has the GPU once the browser has told of it', async () => {
    const plan = makePlan();
    expect(plan.capability.gpu).toBeUndefined();
    expect(plan.targets.map(({ usable }) => usable)).toEqual([true, false, false]);
    adapter.resolve(ADAPTER);
    await plan.askGpu();
    expect(plan.capability.gpu).toMatchObject({ ...INFO, shaderF16: true });
    expect(plan.targets.map(({ id, usable }) => [id, usable])).toEqual([
      ['local/wasm', true],
      ['local/webgpu/fp16', true],
      ['local/webgpu/fp32', true],
    ]);
  });

  test.each<[what: string, settings: Partial<LivePlanSettings>, savesData?: boolean]>([
    ['the app wants WASM', { options: { device: 'wasm' } }],
    ['the model comes in q8 only', { gpuDtypes: ['q8'] }],
    ['only providers may answer', { policy: 'only-remote' }],
    ['the user saves data', {}, true],
  ])('never asks the browser for a GPU where %s', async (_what, settings, saveData = false) => {
    const requestAdapter = vi.fn(() => Promise.resolve(ADAPTER));
    vi.stubGlobal('navigator', { hardwareConcurrency: 4, connection: { saveData }, gpu: { requestAdapter } });
    const plan = new LivePlan({
      options: { runtime: 'onnxruntime' },
      model: 'owner/name@main',
      gpuDtypes: ['fp16', 'fp32'],
      ...LOCAL,
      ...settings,
    });
    await plan.ready();
    await plan.askGpu();
    expect(requestAdapter).not.toHaveBeenCalled();
    expect(plan.capability.gpu).toBeUndefined();
  });

  test('asks the browser for a GPU once, and not before it may be used', async () => {
    const requestAdapter = vi.fn(() => Promise.resolve(ADAPTER));
    vi.stubGlobal('navigator', { hardwareConcurrency: 4, gpu: { requestAdapter } });
    const plan = makePlan();
    await plan.ready();
    expect(requestAdapter).not.toHaveBeenCalled();
    await Promise.all([plan.askGpu(), plan.askGpu()]);
    await plan.askGpu();
    expect(requestAdapter).toHaveBeenCalledOnce();
  });

  test('puts the GPU first as soon as it is measured to be faster', async () => {
    const plan = await makeReadyPlan();
    plan.rememberSpeed(find(plan, 'local/wasm'), 2);
    expect(plan.targets[0]?.id).toBe('local/wasm');
    plan.rememberSpeed(find(plan, 'local/webgpu/fp16'), 10);
    expect(plan.targets[0]).toMatchObject({ id: 'local/webgpu/fp16', tokensPerMs: 10 });
  });

  test('remembers it for the next page', async () => {
    const first = await makeReadyPlan();
    first.rememberSpeed(find(first, 'local/wasm'), 2);
    first.rememberSpeed(find(first, 'local/webgpu/fp16'), 10);
    expect((await makeReadyPlan()).targets[0]?.id).toBe('local/webgpu/fp16');
  });

  test.each<[what: string, info: object]>([
    ['maker', { ...INFO, vendor: 'amd' }],
    ['family', { ...INFO, architecture: 'turing' }],
    ['name', { ...INFO, description: 'another card' }],
  ])('knows nothing of a GPU of another %s', async (_what, info) => {
    const first = await makeReadyPlan();
    first.rememberSpeed(find(first, 'local/wasm'), 2);
    first.rememberSpeed(find(first, 'local/webgpu/fp16'), 10);
    const other = await makeReadyPlan({ ...ADAPTER, info });
    expect(other.targets[0]).toMatchObject({ id: 'local/wasm', tokensPerMs: 2 });
    expect(find(other, 'local/webgpu/fp16')).not.toHaveProperty('tokensPerMs');
  });

  test('leaves a dtype out that its notes disprove', async () => {
    const plan = await makeReadyPlan();
    plan.notes(find(plan, 'local/webgpu/fp16')).remember('fp16', { proof: { passed: false } });
    expect(plan.targets.map(({ usable }) => usable)).toEqual([true, false, true]);
    expect(plan.notes({ device: 'wasm', runtime: 'onnxruntime' }).recall('fp16')).toBeUndefined();
  });
});

describe('LivePlan with two runtimes', () => {
  test('leaves a model to ONNX Runtime once its notes say that the kernel does not run it, on later pages too', () => {
    const obstacle = 'The kernel does not run this model.';
    const plan = makePlan({ runtime: 'auto' });
    const kernel = find(plan, 'local/wasm/kernel');
    expect(plan.targets[0]?.id).toBe(kernel.id);
    plan.notes(kernel).remember('q8+fp32', { obstacle });
    for (const each of [plan, makePlan({ runtime: 'auto' })]) {
      expect(each.targets[0]?.id).toBe('local/wasm');
      expect(find(each, kernel.id)).toMatchObject({ usable: false, reason: obstacle });
    }
    expect(find(plan, 'local/wasm').usable).toBe(true);
  });

  test('remembers the speed of each by itself', () => {
    const plan = makePlan({ runtime: 'auto' });
    plan.rememberSpeed(find(plan, 'local/wasm/kernel'), 6);
    plan.rememberSpeed(find(plan, 'local/wasm'), 2);
    const speeds = plan.targets.slice(0, 2).map(({ id }) => find(plan, id).tokensPerMs);
    expect(speeds).toEqual([6, 2]);
  });

  test('keeps what is known of the kernel for one version of it', () => {
    const items = stubStorage();
    const plan = makePlan({ runtime: 'auto' });
    plan.rememberSpeed(find(plan, 'local/wasm/kernel'), 6);
    expect([...items.values()].join()).toContain('kernel@unbuilt/q8+fp32');
  });
});

describe('LivePlan.ready()', () => {
  test("doesn't wait for the GPU where WASM begins", async () => {
    expect(await isSettled(makePlan().ready())).toBe(true);
  });

  test.each<[what: string, found: unknown]>([
    ['has told of its adapter', ADAPTER],
    ['has told that there is none', null],
  ])('waits when the app wants WebGPU, until the browser %s', async (_what, found) => {
    const ready = makePlan({ device: 'webgpu' }).ready();
    expect(await isSettled(ready)).toBe(false);
    adapter.resolve(found);
    await expect(ready).resolves.toBeUndefined();
  });

  test('waits where a GPU was measured before, which may be the first', async () => {
    const first = await makeReadyPlan();
    first.rememberSpeed(find(first, 'local/wasm'), 2);
    first.rememberSpeed(find(first, 'local/webgpu/fp16'), 10);
    stubDevice();
    const plan = makePlan();
    const ready = plan.ready();
    expect(await isSettled(ready)).toBe(false);
    adapter.resolve(ADAPTER);
    await ready;
    expect(plan.targets[0]?.id).toBe('local/webgpu/fp16');
  });

  test("doesn't wait when a GPU was measured for another model only", async () => {
    const first = await makeReadyPlan();
    first.rememberSpeed(find(first, 'local/webgpu/fp16'), 10);
    stubDevice();
    expect(await isSettled(makePlan({}, 'owner/other@main').ready())).toBe(true);
  });

  test("doesn't wait where nothing could use a GPU either", async () => {
    vi.stubGlobal('Worker', undefined);
    const plan = makePlan();
    await plan.ready();
    expect(plan.targets.filter(({ usable }) => usable)).toEqual([]);
  });
});

test.each([
  [true, 'theirs'],
  [false, 'theirs;scale=none'],
])('knows the space of a provider beforehand, with normalize: %s', (normalize, space) => {
  const provider: Provider = {
    id: 'infinity',
    host: 'h',
    model: 'm',
    sameModel: false,
    space: 'theirs',
    maxInputs: 32,
    connect: () => {
      throw new Error('Expected a plan to ask nobody.');
    },
  };
  const isUsable = (bound: string): boolean | undefined => {
    const binding = new SpaceBinding(undefined);
    binding.claim('another', `${bound};dimensions=2`, true);
    const settings = { options: { normalize }, model: 'm', gpuDtypes: [], policy: 'only-remote', binding } as const;
    const plan = new LivePlan({ ...settings, providers: [provider] });
    return plan.targets.find(({ kind }) => kind === 'remote')?.usable;
  };
  expect([isUsable(space), isUsable('another')]).toEqual([true, false]);
});
