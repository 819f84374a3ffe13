/** A job whose model's files are others when it is gone on with: no vector of theirs joins those that are stored. */
import { afterEach, expect, test } from 'vitest';
import type { ModelContent } from '../../src/ports/model-content.js';
import { countStored, deleteJobs } from '../support/job-database.js';
import { catchRejection } from '../support/catch-error.js';
import { FakeDevice } from './fake-device.js';

const TEXTS = Array.from({ length: 640 }, (_, index) => `text ${index}`);
const WEIGHTS = 'onnx/model_quantized.onnx';

const contentOf = (hash: string): ModelContent => ({
  files: { 'tokenizer.json': 't', [WEIGHTS]: hash },
  weights: [WEIGHTS],
});

afterEach(deleteJobs);

/** The id of a job that was begun with a model of these weights, on a page that was closed. */
async function leaveJob(device: FakeDevice, hash: string): Promise<string> {
  device.content = contentOf(hash);
  device.onEmbed = async (inputs) => {
    if (inputs[0] === 'text 320') await new Promise(() => undefined);
  };
  const service = device.open();
  const job = await service.create({ input: TEXTS }, {});
  await expect.poll(async () => (await job.refresh()).completed).toBeGreaterThan(0);
  service.dispose();
  device.onEmbed = () => undefined;
  return job.request_id;
}

test('fails, keeps what it has, and goes on when the former files are back', async () => {
  const device = new FakeDevice();
  const id = await leaveJob(device, 'a');
  device.content = contentOf('b');
  const service = device.open();
  const failed = await catchRejection((await service.retrieve(id)).wait({ intervalMs: 5 }));
  expect(failed).toMatchObject({ name: 'InferenceFailed', detail: expect.stringContaining(WEIGHTS) as string });
  const { rows, inputs } = await countStored();
  expect(rows).toBeGreaterThan(0);
  expect(inputs).toBe(10);
  device.content = contentOf('a');
  await service.resume(id);
  expect((await (await service.retrieve(id)).wait({ intervalMs: 5 })).output.data).toHaveLength(640);
});

test('goes on with weights in another number format', async () => {
  const device = new FakeDevice();
  const id = await leaveJob(device, 'a');
  device.content = { files: { 'tokenizer.json': 't', 'onnx/model.onnx': 'z' }, weights: ['onnx/model.onnx'] };
  const job = await device.open().retrieve(id);
  expect((await job.wait({ intervalMs: 5 })).status).toBe('COMPLETED');
});
