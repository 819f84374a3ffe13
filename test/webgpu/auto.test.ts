/** `device: 'auto'` where there is an adapter: what it measures, decides, remembers and says. */
import type { EmbeddingClient, PlannedLocal } from 'inpage-embeddings';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startClient } from '../support/client.js';
import { expectVector, frame } from '../support/expect-vector.js';
import { meanVector, unit } from '../support/tiny-vectors.js';
import { tamperWithWorkers } from './tamper.js';

const hub = inject('hubUrl');
const tampering = tamperWithWorkers();

/** Enough to make the comparison worth it. */
const MUCH = Array.from({ length: 1500 }, (_, index) =>
  (index % 2 === 0 ? 'one two three four five ' : 'six ').repeat(9),
);

/** The test browser's adapter computes in software and says so. This one keeps it to itself. */
function disguiseAdapter(): void {
  const prototype = (globalThis as unknown as { GPUAdapter: { prototype: object } }).GPUAdapter.prototype;
  const original = Object.getOwnPropertyDescriptor(prototype, 'info');
  if (!original) throw new Error('Expected adapters to have info.');
  Object.defineProperty(prototype, 'info', {
    configurable: true,
    get: () => ({ vendor: 'test', architecture: 'disguised', description: '' }),
  });
  onTestFinished(() => {
    Object.defineProperty(prototype, 'info', original);
  });
}

/** Both devices compute in fp32, the tiny model's one dtype that both may take by themselves, on ONNX Runtime. */
function startAuto(): EmbeddingClient {
  return startClient({ hub, model: 'tests/cls-unscaled', runtime: 'onnxruntime', workers: 1 });
}

/** Floods the client until it has measured the GPU and found it faster. */
async function moveToGpu(client: EmbeddingClient): Promise<void> {
  const controller = new AbortController();
  const flood = client.embeddings.create({ input: MUCH }, { signal: controller.signal }).catch(() => undefined);
  await expect.poll(() => listDevices(client)[0]).toBe('webgpu');
  controller.abort();
  await flood;
}

function listLocal(client: EmbeddingClient): PlannedLocal[] {
  return client.capabilities().plan.filter((target) => target.kind === 'local');
}

function listDevices(client: EmbeddingClient): string[] {
  return listLocal(client).map(({ device }) => device);
}

function speeds(client: EmbeddingClient): (number | undefined)[] {
  return listLocal(client).map(({ tokensPerMs }) => tokensPerMs);
}

test('computes on WASM and leaves an adapter in software alone', async () => {
  const client = startAuto();
  expect((await client.embeddings.create({ input: MUCH })).provider.device).toBe('wasm');
  const plan = listLocal(client);
  expect(client.capabilities().gpu).toMatchObject({ isSoftware: true, shaderF16: false });
  expect(plan.map(({ device, usable }) => [device, usable])).toEqual([
    ['wasm', true],
    ['webgpu', false],
  ]);
  expect(plan[1]?.reason).toContain('software');
  expect(tampering.workers).toHaveLength(1);
});

test('asks nothing of the GPU for a few texts', async () => {
  disguiseAdapter();
  const client = startAuto();
  await client.embeddings.create({ input: 'one' });
  expect(client.capabilities().gpu).toBeUndefined();
  expect(client.capabilities().plan[1]).toMatchObject({ device: 'webgpu', usable: false });
  expect(client.capabilities().plan[1]?.reason).toContain('asked once there is much to embed');
  expect(tampering.workers).toHaveLength(1);
});

test('measures both once there is much to embed, keeps WASM when it is faster, and remembers', async () => {
  disguiseAdapter();
  const client = startAuto();
  await client.embeddings.create({ input: MUCH });
  await expect.poll(() => speeds(client)).toEqual([expect.any(Number), expect.any(Number)]);
  expect(listDevices(client)).toEqual(['wasm', 'webgpu']);
  expect(client.capabilities().plan[1]?.reason).toMatch(/^Measured on this device: 0\.\d+ times as fast as WASM/);
  const started = tampering.workers.length;
  const later = startAuto();
  expect((await later.embeddings.create({ input: MUCH })).provider.device).toBe('wasm');
  expect(tampering.workers).toHaveLength(started + 1);
});

test('moves to the GPU when it is faster, in the same space, and begins on it next time', async () => {
  disguiseAdapter();
  tampering.delayWasmMs = 300;
  const client = startAuto();
  const before = await client.embeddings.create({ input: 'nine' });
  await moveToGpu(client);
  expect(client.capabilities().plan[0]?.reason).toMatch(/^Measured on this device: \d+\.\d+ times as fast as WASM/);
  const after = await client.embeddings.create({ input: 'nine' });
  expect([before.provider.device, after.provider.device]).toEqual(['wasm', 'webgpu']);
  expect(after.space).toBe(before.space);
  const later = startAuto();
  expect((await later.embeddings.create({ input: 'nine' })).provider.device).toBe('webgpu');
});

test.each(['nan', 'zero', 'wrong'] as const)('stays on WASM when the GPU gives %s', async (fault) => {
  disguiseAdapter();
  tampering.fault = fault;
  const client = startClient({ hub, model: 'tests/mean', dtype: 'q8', runtime: 'onnxruntime', workers: 1 });
  await client.embeddings.create({ input: MUCH });
  await expect.poll(() => client.capabilities().plan[1]?.usable).toBe(false);
  expect(client.capabilities().plan[1]?.reason).toContain('wrong vectors');
  const { data, provider } = await client.embeddings.create({ input: 'one two' });
  expect(provider.device).toBe('wasm');
  expectVector(data[0]?.embedding, unit(meanVector(frame('one two'))));
});

test('answers on WASM when the GPU it moved to fails for good', async () => {
  disguiseAdapter();
  tampering.delayWasmMs = 300;
  const client = startAuto();
  await client.embeddings.create({ input: 'nine' });
  await moveToGpu(client);
  tampering.delayWasmMs = 0;
  tampering.fault = 'nan';
  const provider = async (): Promise<string | undefined> => {
    tampering.destroyDevices();
    return (await client.embeddings.create({ input: 'nine' })).provider.device;
  };
  await expect.poll(provider).toBe('wasm');
});
