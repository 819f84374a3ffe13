/** Jobs of the bundled model: made, answered, waited for, failing. */
import { InferenceFailed, InferenceTimeout, type EncodingFormat } from 'inpage-embeddings';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { catchRejection, startClient } from '../support/client.js';
import { countStored, deleteJobs } from '../support/job-database.js';
import { watchEmbedded } from '../support/watch-embedded.js';

const embedded = watchEmbedded();

const TEXTS = Array.from({ length: 150 }, (_, index) => `sentence number ${index} about the weather in some town`);
const MANY = Array.from({ length: 600 }, (_, index) => `${index} words about the sea and the wind`);

const SOON = { intervalMs: 50 };
afterEach(deleteJobs);

describe('a job', () => {
  test('is answered at once, and its result is what embeddings.create() answers', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: TEXTS });
    expect(job).toMatchObject({ status: 'QUEUED', completed: 0, total: 150 });
    expect(job.request_id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(embedded).toEqual([]);
    const result = await job.wait();
    const { data, ...rest } = await client.embeddings.create({ input: TEXTS });
    expect(result).toMatchObject({ request_id: job.request_id, status: 'COMPLETED', output: rest });
    expect(result.output.data).toEqual(data);
    expect(result.metrics.inference_time).toBeGreaterThan(0);
  });

  test('goes from QUEUED over PROCESSING to COMPLETED, and counts its inputs', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: MANY });
    const seen = new Set<string>();
    for (let state = await job.refresh(); ; state = await job.refresh()) {
      seen.add(state.status);
      if (state.completed > 0 && state.completed < MANY.length) expect(state.status).toBe('PROCESSING');
      if (state.status === 'COMPLETED') break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect([...seen].join()).toMatch(/^(QUEUED,)?PROCESSING,COMPLETED$/);
    const { completed, expires_at: expiresAt = 0 } = await job.refresh();
    expect(completed).toBe(MANY.length);
    expect(expiresAt - Date.now()).toBeGreaterThan(3_500_000);
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(job.status).toBe('QUEUED');
  });

  test.each<EncodingFormat>(['float', 'base64', 'int8', 'binary'])('is answered as %s', async (format) => {
    const client = startClient();
    const params = { input: TEXTS.slice(0, 3), encoding_format: format, task: 'query' as const };
    const { output } = await (await client.jobs.create(params)).wait(SOON);
    expect(output).toEqual(await client.embeddings.create(params));
  });

  test('takes more than 2,048 inputs, and token ids', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: Array.from({ length: 2_100 }, (_, index) => [5 + (index % 100)]) });
    expect((await job.wait(SOON)).output.data).toHaveLength(2_100);
  });

  test('keeps no text once it has ended', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: TEXTS });
    await expect.poll(async () => (await countStored())['inputs'], { interval: 5 }).toBe(3);
    await job.wait(SOON);
    expect(await countStored()).toEqual({ jobs: 1, inputs: 0, rows: 3, requests: 0 });
  });

  test('is listed with the others of its model, the newest first', async () => {
    const client = startClient();
    const first = await client.jobs.create({ input: 'a' });
    await first.wait(SOON);
    const second = await client.jobs.create({ input: 'b' });
    expect((await client.jobs.list()).map(({ request_id: id }) => id)).toEqual([second.request_id, first.request_id]);
    const other = startClient({ model: 'another/model', hub: '/nowhere' });
    expect(await other.jobs.list()).toEqual([]);
    expect(await catchRejection(other.jobs.retrieve(first.request_id))).toMatchObject({ code: 'job_not_found' });
    await second.wait(SOON);
  });
});

describe('a wait', () => {
  test('ends with InferenceTimeout when its time is up, and the job goes on', async () => {
    const job = await startClient().jobs.create({ input: MANY });
    const error = await catchRejection(job.wait({ timeoutMs: 1 }));
    expect(error).toBeInstanceOf(InferenceTimeout);
    expect(error).toMatchObject({ code: 'inference_timeout', request_id: job.request_id, status: 408 });
    expect((await job.wait()).output.data).toHaveLength(MANY.length);
    expect((await job.wait({ timeoutMs: 0 })).status).toBe('COMPLETED');
  });

  test('ends with the reason of its signal, and the job goes on', async () => {
    const job = await startClient().jobs.create({ input: TEXTS });
    const controller = new AbortController();
    const wait = catchRejection(job.wait({ signal: controller.signal }));
    controller.abort('gone for tea');
    expect(await wait).toBe('gone for tea');
    expect(await catchRejection(job.wait({ signal: controller.signal }))).toBe('gone for tea');
    expect((await job.wait()).status).toBe('COMPLETED');
  });

  test('ends when its client is disposed of', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: MANY });
    const wait = catchRejection(job.wait());
    client.dispose();
    expect(await wait).toMatchObject({ code: 'disposed' });
    expect(await catchRejection(client.jobs.list())).toMatchObject({ code: 'disposed' });
    expect(await catchRejection(client.jobs.create({ input: 'a' }))).toMatchObject({ code: 'disposed' });
  });

  test.each([
    [{ timeoutMs: -1 }, 'timeoutMs'],
    [{ intervalMs: 0 }, 'intervalMs'],
    [{ signal: {} }, 'signal'],
    [{ interval: 1 }, 'interval'],
  ])('with %o is refused by name', async (options, param) => {
    const job = await startClient().jobs.create({ input: 'a' });
    expect(await catchRejection(job.wait(options as object))).toMatchObject({ name: 'BadRequestError', param });
    await job.wait(SOON);
  });
});

describe('a job that fails', () => {
  test('says why, and can be cancelled, which keeps nothing of its input', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: [[8002]] });
    const error = await catchRejection(job.wait(SOON));
    expect(error).toBeInstanceOf(InferenceFailed);
    const detail = expect.stringContaining('under 8002') as string;
    expect(error).toMatchObject({ code: 'inference_failed', status: 422, request_id: job.request_id, detail });
    expect(await job.refresh()).toMatchObject({ status: 'FAILED', detail, completed: 0, failed: 1 });
    await client.jobs.cancel(job.request_id);
    expect(await countStored()).toEqual({ jobs: 1, inputs: 0, rows: 0, requests: 0 });
  });

  test('over one input has the vectors of all others', async () => {
    const client = startClient();
    const input = [[5], [8002], [6]];
    const { output } = await (await client.jobs.create({ input })).wait(SOON);
    const [first, failed, last] = output.data;
    const { data } = await client.embeddings.create({ input: [[5], [6]] });
    expect([first?.embedding, last?.embedding]).toEqual(data.map(({ embedding }) => embedding));
    const error = {
      code: 'integer_above_max_value',
      param: 'input[1]',
      message: expect.stringContaining('input[1]') as string,
    };
    expect(failed).toMatchObject({ index: 1, embedding: null, error });
  });

  test('is refused before it is one where that can be told', async () => {
    const client = startClient();
    expect(await catchRejection(client.jobs.create({ input: [] }))).toMatchObject({
      code: 'empty_array',
      param: 'input',
    });
    expect(await catchRejection(client.jobs.create({ input: 'a' }, { priority: 'bulk' } as object))).toMatchObject({
      code: 'unknown_parameter',
      param: 'priority',
    });
    expect(await catchRejection(client.jobs.create({ input: 'a' }, { signal: AbortSignal.abort('no') }))).toBe('no');
    expect(await client.jobs.list()).toEqual([]);
  });

  test('says so when IndexedDB is forbidden', async () => {
    const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const client = startClient();
    const error = await catchRejection(client.jobs.create({ input: 'a' }));
    expect(error).toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('Allow this site') as string,
    });
    open.mockRestore();
    expect((await (await client.jobs.create({ input: 'a' })).wait(SOON)).status).toBe('COMPLETED');
  });

  test('says so when there is no room for it', async () => {
    const client = startClient();
    await client.jobs.list();
    const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await catchRejection(client.jobs.create({ input: 'a' }))).toMatchObject({ code: 'insufficient_storage' });
    add.mockRestore();
    expect(await client.jobs.list()).toEqual([]);
  });
});
