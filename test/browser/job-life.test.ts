/** What becomes of a job: cancelled, forgotten, left and gone on with, shared by tabs. */
import { InferenceTimeout, NotFoundError } from 'inpage-embeddings';
import { afterEach, describe, expect, test } from 'vitest';
import { catchRejection, startClient } from '../support/client.js';
import { changeRecord, countStored, deleteJobs } from '../support/job-database.js';
import { watchEmbedded } from '../support/watch-embedded.js';

const embedded = watchEmbedded();

const TEXTS = Array.from({ length: 150 }, (_, index) => `sentence number ${index} about the weather in some town`);
const MANY = Array.from({ length: 600 }, (_, index) => `${index} words about the sea and the wind`);

const SOON = { intervalMs: 50 };
const MARKER = 'inpage-embeddings/jobs/universal-sentence-encoder-lite';

afterEach(deleteJobs);

/** Resolves when some of a job is done, but not all. */
async function untilBegun(client: ReturnType<typeof startClient>, id: string): Promise<void> {
  await expect.poll(async () => (await client.jobs.retrieve(id)).completed, { interval: 20 }).toBeGreaterThan(0);
}

describe('a job that is cancelled', () => {
  test('fails with that detail, computes no more, and keeps nothing', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: MANY });
    await untilBegun(client, job.request_id);
    const wait = catchRejection(job.wait());
    expect(await client.jobs.cancel(job.request_id)).toMatchObject({ status: 'FAILED', detail: 'cancelled' });
    expect(await wait).toMatchObject({ name: 'InferenceFailed', detail: 'cancelled' });
    await client.embeddings.create({ input: 'the next' });
    const { length } = embedded;
    expect(length).toBeLessThan(MANY.length);
    await client.embeddings.create({ input: 'the one after' });
    expect(embedded).toHaveLength(length + 1);
    expect(await countStored()).toEqual({ jobs: 1, inputs: 0, rows: 0, requests: 0 });
  });

  test('stays completed when it was', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: 'a' });
    await job.wait(SOON);
    expect(await client.jobs.cancel(job.request_id)).toMatchObject({ status: 'COMPLETED' });
  });

  test('by another tab stops here', async () => {
    const [here, there] = [startClient(), startClient()];
    const job = await here.jobs.create({ input: MANY });
    await untilBegun(here, job.request_id);
    await there.jobs.cancel(job.request_id);
    expect(await catchRejection(job.wait(SOON))).toMatchObject({ detail: 'cancelled' });
    await here.embeddings.create({ input: 'the next' });
    expect(embedded.length).toBeLessThan(MANY.length);
  });
});

describe('a job that is forgotten', () => {
  test('or never was is answered with not found', async () => {
    const { jobs } = startClient();
    const calls = [() => jobs.retrieve('none'), () => jobs.cancel('none'), () => jobs.retrieve(undefined as never)];
    for (const call of calls) {
      const error = await catchRejection(call());
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ code: 'job_not_found', status: 404 });
    }
  });

  test('an hour after it ended, as far as pages have seen it pass, leaves nothing', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: 'a' });
    await job.wait(SOON);
    await changeRecord(job.request_id, { ageMs: 3_500_000 });
    expect((await job.wait()).status).toBe('COMPLETED');
    await changeRecord(job.request_id, { ageMs: 3_600_000 });
    for (const call of [() => job.refresh(), () => job.wait(), () => client.jobs.cancel(job.request_id)]) {
      expect(await catchRejection(call())).toMatchObject({ code: 'job_not_found' });
    }
    expect(await countStored()).toEqual({ jobs: 0, inputs: 0, rows: 0, requests: 0 });
  });

  test('is deleted by the next client, which nobody asks for jobs', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: 'a' });
    await job.wait(SOON);
    expect(Number(localStorage.getItem(MARKER))).toBeGreaterThan(Date.now());
    client.dispose();
    await changeRecord(job.request_id, { ageMs: 3_600_000 });
    localStorage.setItem(MARKER, String(Date.now()));
    startClient();
    await expect.poll(countStored).toEqual({ jobs: 0, inputs: 0, rows: 0, requests: 0 });
    await expect.poll(() => localStorage.getItem(MARKER)).toBeNull();
  });
});

describe('a job that is left', () => {
  test('is gone on with by the next client, and nothing that is stored is computed again', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: MANY });
    await untilBegun(client, job.request_id);
    client.dispose();
    expect(localStorage.getItem(MARKER)).toBe('0');
    const stored = (await countStored())['rows'] ?? 0;
    expect(stored).toBeGreaterThan(0);
    embedded.length = 0;
    // It isn't asked for jobs until the job is done.
    const next = startClient();
    await expect.poll(async () => (await countStored())['inputs'], { interval: 200 }).toBe(0);
    expect(embedded).toHaveLength(MANY.length - stored * 64);
    expect(new Set(embedded).size).toBe(embedded.length);
    const { output } = await (await next.jobs.retrieve(job.request_id)).wait();
    const expected = await next.embeddings.create({ input: MANY.slice(0, 100) });
    expect(output.data.slice(0, 100)).toEqual(expected.data);
    expect(output.data.map(({ index }) => index)).toEqual(MANY.map((_, index) => index));
  });

  test('fails when it can only be gone on with in another space', async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: MANY });
    await untilBegun(client, job.request_id);
    client.dispose();
    await changeRecord(job.request_id, { space: 'another space' });
    const next = startClient();
    const error = await catchRejection((await next.jobs.retrieve(job.request_id)).wait(SOON));
    expect(error).toMatchObject({
      name: 'InferenceFailed',
      detail: expect.stringContaining("'another space'") as string,
    });
  });

  test("isn't gone on with by a client whose vectors would differ", async () => {
    const client = startClient();
    const job = await client.jobs.create({ input: MANY });
    client.dispose();
    const other = startClient({ maxTokens: 16 });
    expect(await other.jobs.list()).toHaveLength(1);
    const waiting = await other.jobs.retrieve(job.request_id);
    const error = await catchRejection(waiting.wait({ timeoutMs: 200, ...SOON }));
    expect(error).toBeInstanceOf(InferenceTimeout);
    expect(error).toMatchObject({ detail: expect.stringContaining('the options it was made with') as string });
    expect(embedded).toEqual([]);
  });
});

describe('two tabs', () => {
  test('compute a job once, and both have its result', async () => {
    const [here, there] = [startClient(), startClient()];
    const job = await here.jobs.create({ input: TEXTS });
    const same = await there.jobs.retrieve(job.request_id);
    const [a, b] = await Promise.all([job.wait(SOON), same.wait(SOON)]);
    expect(b).toEqual(a);
    expect(embedded).toHaveLength(TEXTS.length);
  });

  test('take over from each other', async () => {
    const [here, there] = [startClient(), startClient()];
    const job = await here.jobs.create({ input: MANY });
    const wait = (await there.jobs.retrieve(job.request_id)).wait(SOON);
    await untilBegun(there, job.request_id);
    here.dispose();
    expect((await wait).output.data).toHaveLength(MANY.length);
  });
});
