import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TargetRequest } from '../../../../src/contract/target.js';
import { EmbeddingError } from '../../../../src/errors/errors.js';
import { LivePlan } from '../../../../src/plan/live-plan.js';
import { DeviceTrial } from '../../../../src/route/trials/device-trial.js';
import { Router } from '../../../../src/route/router.js';
import { createDeferred } from '../../../../src/util/deferred.js';
import { stubStorage } from '../../storage/stub-storage.js';
import { LOCAL, makeRouter, makeTarget, OPTIONS, REQUEST, type FakeTarget } from '../support.js';

const WASM = 'local/wasm';
const KERNEL = 'local/wasm/kernel';
const FP16 = 'local/webgpu/fp16';
const FP32 = 'local/webgpu/fp32';

/** Sixteen thousand tokens, by the guess of four characters a token. */
const MUCH: TargetRequest = { inputs: ['a'.repeat(40_000), 'b'.repeat(24_000)], truncate: 'end' };

const ADAPTER = { features: new Set(['shader-f16']), info: { vendor: 'some', architecture: '', description: '' } };

const disproved = new EmbeddingError('device_disproved', 'Wrong vectors.');
const disposed = new EmbeddingError('disposed', 'Disposed of.');

/** A plan, a router and a trial over fake targets, on a device with a GPU. */
interface Setting {
  readonly plan: LivePlan;
  readonly router: Router;
  readonly trial: DeviceTrial;
  readonly targets: Readonly<Record<string, FakeTarget>>;
  /** The ids of the targets that were made, in order. */
  readonly made: string[];
}

/** @param speeds - id → tokens per millisecond, or the error that comes instead. */
async function makeSetting(
  speeds: Readonly<Record<string, number | Error>>,
  runtime: 'auto' | 'onnxruntime' = 'onnxruntime',
): Promise<Setting> {
  const targets = Object.fromEntries(
    Object.entries(speeds).map(([id, speed]) => {
      const target = makeTarget();
      if (typeof speed === 'number') target.measure.mockResolvedValue(speed);
      else target.measure.mockRejectedValue(speed);
      return [id, target];
    }),
  );
  const plan = new LivePlan({ options: { runtime }, model: 'owner/name@main', gpuDtypes: ['fp16', 'fp32'], ...LOCAL });
  await plan.askGpu();
  const made: string[] = [];
  const router = makeRouter(plan, ({ id }) => {
    made.push(id);
    return targets[id] ?? makeTarget(new Error('Expected only the known targets to be made.'));
  });
  return { plan, router, trial: new DeviceTrial(plan, router), targets, made };
}

/** Lets promises that need no more than turns of the event loop settle. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function countCalls({ targets }: Setting, name: 'measure' | 'rest' | 'dispose'): Record<string, number> {
  return Object.fromEntries(Object.entries(targets).map(([id, target]) => [id, target[name].mock.calls.length]));
}

beforeEach(() => {
  stubStorage();
  vi.stubGlobal('navigator', { hardwareConcurrency: 4, gpu: { requestAdapter: () => Promise.resolve(ADAPTER) } });
  vi.stubGlobal('Worker', () => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a device trial that finds the GPU', () => {
  test('faster, makes it the first and lets WASM rest', async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: 10, [FP32]: 5 });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.router.current).toMatchObject({ id: FP16, tokensPerMs: 10 });
    expect(countCalls(setting, 'measure')).toEqual({ [WASM]: 1, [FP16]: 1, [FP32]: 0 });
    expect(countCalls(setting, 'rest')).toEqual({ [WASM]: 1, [FP16]: 0, [FP32]: 0 });
    expect(countCalls(setting, 'dispose')).toEqual({ [WASM]: 0, [FP16]: 0, [FP32]: 0 });
    await setting.router.embed(REQUEST, OPTIONS);
    expect(setting.targets[FP16]?.embed).toHaveBeenCalledOnce();
  });

  test('slower, drops it, stays on WASM and tries no other dtype', async () => {
    const setting = await makeSetting({ [WASM]: 10, [FP16]: 11, [FP32]: 50 });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.router.current?.id).toBe(WASM);
    expect(countCalls(setting, 'dispose')).toEqual({ [WASM]: 0, [FP16]: 1, [FP32]: 0 });
    expect(countCalls(setting, 'rest')).toEqual({ [WASM]: 0, [FP16]: 0, [FP32]: 0 });
    expect(setting.made).toEqual([WASM, FP16]);
    expect(setting.plan.targets.find(({ id }) => id === FP16)?.reason).toContain('1.10 times as fast as WASM');
  });

  test('disproved, drops it and tries the next dtype', async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: disproved, [FP32]: 5 });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.router.current?.id).toBe(FP32);
    expect(countCalls(setting, 'dispose')).toEqual({ [WASM]: 0, [FP16]: 1, [FP32]: 0 });
    expect(countCalls(setting, 'rest')).toEqual({ [WASM]: 1, [FP16]: 0, [FP32]: 0 });
  });

  test('disproved in every dtype, stays on WASM', async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: disproved, [FP32]: disproved });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.router.current?.id).toBe(WASM);
    expect(countCalls(setting, 'dispose')).toEqual({ [WASM]: 0, [FP16]: 1, [FP32]: 1 });
  });

  test('broken beyond what another target cures, drops it and goes no further', async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: disposed, [FP32]: 50 });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.router.current?.id).toBe(WASM);
    expect(setting.made).toEqual([WASM, FP16]);
    expect(countCalls(setting, 'dispose')).toEqual({ [WASM]: 0, [FP16]: 1, [FP32]: 0 });
  });

  test("tells the GPU WASM's speed, so that it can give up early", async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: 10, [FP32]: 5 });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.targets[WASM]?.measure.mock.calls).toEqual([[]]);
    expect(setting.targets[FP16]?.measure.mock.calls).toEqual([[2]]);
  });
});

describe('a device trial', () => {
  test('leaves everything as it is where WASM fails', async () => {
    const setting = await makeSetting({ [WASM]: disposed, [FP16]: 10, [FP32]: 5 });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.router.current?.id).toBe(WASM);
    expect(setting.made).toEqual([WASM]);
    expect(countCalls(setting, 'dispose')).toEqual({ [WASM]: 0, [FP16]: 0, [FP32]: 0 });
  });

  test('ends without a sign when the client is disposed of meanwhile', async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: 10, [FP32]: 5 });
    const speed = createDeferred<number>();
    setting.targets[WASM]?.measure.mockReturnValue(speed.promise);
    setting.trial.count(MUCH);
    await settle();
    setting.router.dispose();
    speed.resolve(2);
    // A rejection that nobody handles would fail this test.
    await settle();
    expect(setting.made).toEqual([WASM]);
  });

  test("isn't begun below 16,000 tokens", async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: 10, [FP32]: 5 });
    setting.trial.count({ ...MUCH, inputs: ['a'.repeat(63_996)] });
    await settle();
    expect(setting.made).toEqual([]);
    setting.trial.count({ ...MUCH, inputs: ['abcd'] });
    await settle();
    expect(setting.made).toEqual([WASM, FP16]);
  });

  test('counts token arrays by their length', async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: 10, [FP32]: 5 });
    setting.trial.count({ ...MUCH, inputs: [new Array<number>(15_999).fill(1)] });
    await settle();
    expect(setting.made).toEqual([]);
    setting.trial.count({ ...MUCH, inputs: [[1]] });
    await settle();
    expect(setting.made).toEqual([WASM, FP16]);
  });

  test('is made once', async () => {
    const setting = await makeSetting({ [WASM]: 2, [FP16]: disproved, [FP32]: disproved });
    for (let count = 0; count < 3; count++) {
      setting.trial.count(MUCH);
      setting.trial.count(MUCH);
      await settle();
    }
    expect(countCalls(setting, 'measure')).toEqual({ [WASM]: 1, [FP16]: 1, [FP32]: 1 });
  });

  test("isn't made again on the next page, where its result holds", async () => {
    (await makeSetting({ [WASM]: 10, [FP16]: 5, [FP32]: 5 })).trial.count(MUCH);
    await settle();
    const next = await makeSetting({ [WASM]: 10, [FP16]: 50, [FP32]: 50 });
    next.trial.count(MUCH);
    await settle();
    expect(next.made).toEqual([]);
  });

  test("isn't made without a GPU", async () => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 4 });
    const setting = await makeSetting({ [WASM]: 10, [FP16]: 50, [FP32]: 50 });
    setting.trial.count(MUCH);
    await settle();
    expect(setting.made).toEqual([]);
  });

  test('asks the browser for its GPU only then, and begins once it has told', async () => {
    const adapter = createDeferred<unknown>();
    const requestAdapter = vi.fn(() => adapter.promise);
    vi.stubGlobal('navigator', { hardwareConcurrency: 4, gpu: { requestAdapter } });
    const plan = new LivePlan({
      options: { runtime: 'onnxruntime' },
      model: 'owner/name@main',
      gpuDtypes: ['fp16', 'fp32'],
      ...LOCAL,
    });
    const router = makeRouter(plan, () => makeTarget());
    const trial = new DeviceTrial(plan, router);
    const target = vi.spyOn(router, 'target');
    trial.count(REQUEST);
    await settle();
    expect(requestAdapter).not.toHaveBeenCalled();
    trial.count(MUCH);
    trial.count(REQUEST);
    await expect.poll(() => requestAdapter.mock.calls.length).toBe(1);
    expect(target).not.toHaveBeenCalled();
    adapter.resolve(ADAPTER);
    await expect.poll(() => target.mock.calls.length).toBeGreaterThan(0);
    expect(requestAdapter).toHaveBeenCalledOnce();
  });
});

describe('a device trial with two runtimes on WASM', () => {
  test('compares the GPU with the kernel', async () => {
    const setting = await makeSetting({ [KERNEL]: 6, [WASM]: 2, [FP16]: 7, [FP32]: 5 }, 'auto');
    setting.trial.count(MUCH);
    await settle();
    expect(setting.made).toEqual([KERNEL, FP16]);
    expect(setting.router.current?.id).toBe(KERNEL);
  });

  test('begins anew with ONNX Runtime where the kernel turns out not to run the model', async () => {
    const refused = new EmbeddingError('kernel_unsupported', 'No.');
    const setting = await makeSetting({ [KERNEL]: refused, [WASM]: 2, [FP16]: 7, [FP32]: 5 }, 'auto');
    setting.trial.count(MUCH);
    await settle();
    setting.plan.notes({ device: 'wasm', runtime: 'kernel' }).remember('q8+fp32', { obstacle: 'No.' });
    setting.trial.count(REQUEST);
    await settle();
    expect(setting.made).toEqual([KERNEL, WASM, FP16]);
    expect(setting.router.current?.id).toBe(FP16);
  });

  test('measures only ONNX Runtime where the GPU was measured against the kernel', async () => {
    const first = await makeSetting({ [KERNEL]: 6, [FP16]: 7, [FP32]: 5 }, 'auto');
    first.trial.count(MUCH);
    await settle();
    first.plan.notes({ device: 'wasm', runtime: 'kernel' }).remember('q8+fp32', { obstacle: 'No.' });
    const next = await makeSetting({ [WASM]: 2, [FP16]: 7, [FP32]: 5 }, 'auto');
    next.trial.count(MUCH);
    await settle();
    expect(next.made).toEqual([WASM]);
    expect(next.router.current?.id).toBe(FP16);
  });
});
