/** GPUs that give wrong numbers, and devices that are lost. */
import type { EmbeddingClient } from 'inpage-embeddings';
import { expect, inject, test } from 'vitest';
import { catchRejection, startClient } from '../support/client.js';
import { expectVector, frame } from '../support/expect-vector.js';
import { createRandom } from '../support/random.js';
import { expectMeans, pickTexts } from '../support/random-texts.js';
import { meanVector, unit } from '../support/tiny-vectors.js';
import { tamperWithWorkers } from './tamper.js';

const hub = inject('hubUrl');
const tampering = tamperWithWorkers();

function startOnGpu(): EmbeddingClient {
  return startClient({ hub, model: 'tests/mean', device: 'webgpu', dtype: 'q8' });
}

test.each(['nan', 'zero', 'wrong'] as const)('refuses a GPU that gives %s, and remembers it', async (fault) => {
  tampering.fault = fault;
  const client = startOnGpu();
  const error = await catchRejection(client.embeddings.create({ input: 'one two' }));
  expect(error).toMatchObject({ code: 'device_disproved', retryable: false });
  expect(client.capabilities().plan[0]).toMatchObject({ device: 'webgpu', usable: false });
  tampering.workers.length = 0;
  // The GPU has been repaired, but who would know?
  tampering.fault = 'none';
  const again = await catchRejection(startOnGpu().embeddings.create({ input: 'one two' }));
  expect(again).toMatchObject({ code: 'device_unsupported' });
  expect((again as Error).message).toContain('wrong vectors');
  expect(tampering.workers).toHaveLength(0);
});

test('proves a GPU once', async () => {
  expect((await startOnGpu().embeddings.create({ input: 'one' })).provider.device).toBe('webgpu');
  // One that computes, one on WASM to compare with.
  expect(tampering.workers).toHaveLength(2);
  expect((await startOnGpu().embeddings.create({ input: 'one' })).provider.device).toBe('webgpu');
  expect(tampering.workers).toHaveLength(3);
});

test('replaces a worker whose device is lost, and says why', async () => {
  const client = startOnGpu();
  const causes: string[] = [];
  client.on('engine-died', ({ error }) => causes.push(error.code));
  await client.embeddings.create({ input: 'one' });
  tampering.destroyDevices();
  await expect.poll(() => causes).toEqual(['device_lost']);
  const { data } = await client.embeddings.create({ input: 'one two' });
  expectVector(data[0]?.embedding, unit(meanVector(frame('one two'))));
});

test('answers 1,000 requests once each, right and in order, while devices are lost and workers end', async () => {
  const client = startClient({ hub, model: 'tests/mean', device: 'webgpu', dtype: 'q8', maxRetries: 10 });
  await client.embeddings.create({ input: 'one' });
  const random = createRandom(11);
  const settled = new Map<number, number>();
  let answered = 0;
  const requests = Array.from({ length: 1000 }, (_, index) => {
    const input = pickTexts(random, 3);
    const answer = client.embeddings.create({ input }).finally(() => {
      answered += 1;
      settled.set(index, (settled.get(index) ?? 0) + 1);
      // At random, but often enough to hit loading, running and waiting.
      const chance = random();
      if (chance < 0.01) tampering.destroyDevices();
      else if (chance < 0.02) tampering.workers.at(-1)?.terminate();
    });
    return { input, answer };
  });
  await expectMeans(requests);
  expect(answered).toBe(1000);
  expect([...settled.values()].every((times) => times === 1)).toBe(true);
  expect(tampering.workers.length).toBeGreaterThan(3);
});
