/** Jobs through what passes: no network, no room, clocks that jump, storage that is taken away. The device is a fake that fails. */
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { BadRequestError, EmbeddingError, InferenceTimeout } from '../../src/errors/errors.js';
import { changeRecord, countStored, deleteJobs } from '../support/job-database.js';
import { catchRejection } from '../support/catch-error.js';
import { FakeDevice } from './fake-device.js';

const TEXTS = Array.from({ length: 640 }, (_, index) => `text ${index}`);
const SOON = { intervalMs: 5 };
const OPTIONS = {};
const HOUR_MS = 3_600_000;

afterEach(deleteJobs);

function failWith(code: 'model_file_unreachable' | 'authentication_failed' | 'model_file_missing'): () => never {
  return () => {
    throw new EmbeddingError(code, `It failed by ${code}.`);
  };
}

/** The clock is set anew. */
function setClock(byMs: number): void {
  const real = Date.now.bind(Date);
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => real() + byMs);
  onTestFinished(() => {
    spy.mockRestore();
  });
}

describe('an outage', () => {
  test('leaves a job QUEUED with what it has, says why, and the job goes on when the browser is online again', async () => {
    const device = new FakeDevice();
    device.onEmbed = (inputs) => {
      if (inputs[0] === 'text 320') failWith('model_file_unreachable')();
    };
    const job = await device.open().create({ input: TEXTS }, OPTIONS);
    const detail = 'It failed by model_file_unreachable.';
    await expect.poll(() => job.refresh()).toMatchObject({ status: 'QUEUED', detail });
    expect((await job.refresh()).completed).toBeGreaterThan(0);
    const error = await catchRejection(job.wait({ timeoutMs: 1 }));
    expect(error).toBeInstanceOf(InferenceTimeout);
    expect(error).toMatchObject({ detail, message: expect.stringContaining(detail) as string });
    device.onEmbed = () => undefined;
    dispatchEvent(new Event('online'));
    expect((await job.wait(SOON)).output.data).toHaveLength(640);
    expect(new Set(device.embedded).size).toBe(640);
    expect(await job.refresh()).not.toHaveProperty('detail');
  });

  test('of a file that is missing ends a job at last, which can be resumed and computes nothing twice', async () => {
    const device = new FakeDevice();
    const service = device.open();
    const job = await service.create({ input: TEXTS }, OPTIONS);
    device.onEmbed = (inputs) => {
      if (inputs[0] === 'text 576') failWith('model_file_missing')();
    };
    await expect
      .poll(async () => {
        dispatchEvent(new Event('online'));
        return (await job.refresh()).status;
      })
      .toBe('FAILED');
    expect(await countStored()).toMatchObject({ inputs: 10, rows: 9 });
    device.onEmbed = () => undefined;
    device.embedded.length = 0;
    expect(await service.resume(job.request_id)).toMatchObject({ status: 'QUEUED', completed: 576 });
    expect((await job.wait(SOON)).status).toBe('COMPLETED');
    expect(device.embedded).toEqual(TEXTS.slice(576));
  });
});

describe('a job that has FAILED', () => {
  test('by what only the app can help keeps all it has, and is resumed', async () => {
    const device = new FakeDevice();
    device.onEmbed = failWith('authentication_failed');
    const service = device.open();
    const job = await service.create({ input: TEXTS }, OPTIONS);
    expect(await catchRejection(job.wait(SOON))).toMatchObject({ name: 'InferenceFailed' });
    expect(await countStored()).toMatchObject({ inputs: 10, rows: 0 });
    device.onEmbed = () => undefined;
    await service.resume(job.request_id);
    expect((await job.wait(SOON)).output.data).toHaveLength(640);
    expect(await service.resume(job.request_id)).toMatchObject({ status: 'COMPLETED' });
  });

  test('is resumed by a client with the same options only, and not after it was cancelled', async () => {
    const device = new FakeDevice();
    device.onEmbed = failWith('authentication_failed');
    const service = device.open();
    const job = await service.create({ input: TEXTS }, OPTIONS);
    await catchRejection(job.wait(SOON));
    const refused = { name: 'BadRequestError', code: 'invalid_value', param: 'request_id' };
    expect(await catchRejection(device.open('another').resume(job.request_id))).toMatchObject(refused);
    expect(await service.cancel(job.request_id)).toMatchObject({ status: 'FAILED', detail: 'cancelled' });
    expect(await countStored()).toEqual({ jobs: 1, inputs: 0, rows: 0, requests: 0 });
    expect(await catchRejection(service.resume(job.request_id))).toMatchObject(refused);
  });
});

describe('an input that is impossible', () => {
  function refuse(...bad: readonly string[]): FakeDevice['onEmbed'] {
    return (inputs) => {
      const index = inputs.findIndex((input) => bad.includes(input));
      if (index !== -1) throw new BadRequestError('context_length_exceeded', "Too long: 'input'.", { index });
    };
  }

  test('fails alone, by its place, and the others have vectors', async () => {
    const device = new FakeDevice();
    device.onEmbed = refuse('text 100', 'text 639');
    const job = await device.open().create({ input: TEXTS }, OPTIONS);
    const { output, status } = await job.wait(SOON);
    expect(status).toBe('COMPLETED');
    expect(output.data.map(({ index }) => index)).toEqual(TEXTS.map((_, index) => index));
    const failed = output.data.filter((entry) => 'error' in entry);
    expect(failed).toEqual(
      [100, 639].map((index) => ({
        object: 'embedding',
        index,
        embedding: null,
        error: { code: 'context_length_exceeded', message: `Too long: 'input[${index}]'.`, param: `input[${index}]` },
      })),
    );
    expect(await job.refresh()).toMatchObject({ completed: 638, failed: 2, total: 640 });
  });

  test('over which a provider answers 5xx each time fails alone, once it has done so often enough', async () => {
    const device = new FakeDevice();
    let failures = 0;
    device.onEmbed = (inputs) => {
      if (!inputs.includes('text 100')) return;
      failures += 1;
      throw new EmbeddingError('server_error', 'It answered 500.');
    };
    const job = await device.open().create({ input: TEXTS }, OPTIONS);
    await expect.poll(() => job.refresh()).toMatchObject({ status: 'QUEUED', detail: 'It answered 500.' });
    await expect
      .poll(async () => {
        dispatchEvent(new Event('online'));
        return (await job.refresh()).status;
      })
      .toBe('COMPLETED');
    expect(failures).toBeGreaterThan(5);
    const { data } = (await job.wait(SOON)).output;
    expect(data.filter((entry) => 'error' in entry)).toMatchObject([{ index: 100, error: { code: 'server_error' } }]);
    expect(await job.refresh()).toMatchObject({ completed: 639, failed: 1 });
  });

  test('is not looked for while nothing can be embedded', async () => {
    const device = new FakeDevice();
    let failures = 0;
    device.onEmbed = () => {
      failures += 1;
      throw new EmbeddingError('server_error', 'It answered 500.');
    };
    const job = await device.open().create({ input: TEXTS }, OPTIONS);
    await expect
      .poll(() => {
        dispatchEvent(new Event('online'));
        return failures;
      })
      .toBeGreaterThan(80);
    await expect.poll(() => job.refresh()).toMatchObject({ status: 'QUEUED', completed: 0, failed: 0 });
    device.onEmbed = () => undefined;
    dispatchEvent(new Event('online'));
    expect(await job.wait(SOON).then(() => job.refresh())).toMatchObject({ completed: 640, failed: 0 });
  });

  test('makes a job FAILED that has no other, and resuming tries it again', async () => {
    const device = new FakeDevice();
    device.onEmbed = refuse('text 0', 'text 1');
    const service = device.open();
    const job = await service.create({ input: TEXTS.slice(0, 2) }, OPTIONS);
    const detail = expect.stringContaining('No input can be embedded') as string;
    expect(await catchRejection(job.wait(SOON))).toMatchObject({ name: 'InferenceFailed', detail });
    expect(await job.refresh()).toMatchObject({ status: 'FAILED', completed: 0, failed: 2 });
    device.onEmbed = () => undefined;
    await service.resume(job.request_id);
    expect((await job.wait(SOON)).output.data).toHaveLength(2);
    expect(await job.refresh()).toMatchObject({ completed: 2, failed: 0 });
  });
});

describe('a clock that jumps', () => {
  test.each([
    ['two hours forward', 2 * HOUR_MS],
    ['eight days forward', 192 * HOUR_MS],
    ['a day back', -24 * HOUR_MS],
  ])('%s deletes neither a job nor its result', async (_how, byMs) => {
    const device = new FakeDevice();
    device.onEmbed = failWith('model_file_unreachable');
    const service = device.open();
    const job = await service.create({ input: TEXTS }, OPTIONS);
    await expect.poll(async () => (await job.refresh()).detail).toBeDefined();
    setClock(byMs);
    expect(await job.refresh()).toMatchObject({ status: 'QUEUED' });
    device.onEmbed = () => undefined;
    dispatchEvent(new Event('online'));
    await job.wait(SOON);
    vi.restoreAllMocks();
    expect((await job.wait(SOON)).output.data).toHaveLength(640);
    setClock(byMs);
    service.dispose();
    const next = await device.open().retrieve(job.request_id);
    expect((await next.wait(SOON)).output.data).toHaveLength(640);
  });

  test('does not keep for ever what nobody goes on with', async () => {
    const device = new FakeDevice();
    device.onEmbed = failWith('model_file_unreachable');
    const service = device.open();
    const job = await service.create({ input: TEXTS }, OPTIONS);
    await changeRecord(job.request_id, { ageMs: 168 * HOUR_MS });
    expect(await catchRejection(job.refresh())).toMatchObject({ code: 'job_not_found' });
    expect(await countStored()).toEqual({ jobs: 0, inputs: 0, rows: 0, requests: 0 });
  });
});
