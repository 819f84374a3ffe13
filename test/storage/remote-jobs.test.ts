/** Jobs that a provider works on: sent once, fetched once, whatever comes between. The provider is a fake that fails. */
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  APIConnectionError,
  AuthenticationError,
  EgressDeniedError,
  InferenceFailed,
  NotFoundError,
  UnprocessableEntityError,
} from '../../src/errors/errors.js';
import type { JobService } from '../../src/jobs/job-service.js';
import { createDeferred } from '../../src/util/deferred.js';
import { catchRejection } from '../support/catch-error.js';
import { countStored, deleteJobs } from '../support/job-database.js';
import { FakeProvider } from './fake-provider.js';

const TEXTS = Array.from({ length: 70 }, (_, index) => `text ${index}`);
const SOON = { intervalMs: 5 };
const OPTIONS = {};

afterEach(deleteJobs);

function open(provider: FakeProvider, owner?: string): JobService {
  const service = provider.open(owner);
  onTestFinished(() => {
    service.dispose();
  });
  return service;
}

describe('a remote job', () => {
  test('sends each input once, four at a time, fetches each result once, and keeps them in order', async () => {
    const provider = new FakeProvider();
    provider.onSubmit = () => new Promise((resolve) => setTimeout(resolve, 5));
    const job = await open(provider).create({ input: TEXTS }, OPTIONS);
    const { output, metrics } = await job.wait(SOON);
    expect(output.data.map(({ embedding }) => embedding)).toEqual(TEXTS.map((text) => [`id-${text}`.length, 1]));
    expect(metrics.inference_time).toBeCloseTo(TEXTS.length * 0.25);
    expect(provider.submitted.toSorted()).toEqual(TEXTS.toSorted());
    expect(new Set(provider.fetched).size).toBe(provider.fetched.length);
    expect(provider.maxAtOnce).toBe(4);
    expect(provider.asked).toEqual([{ texts: 70, bytes: new TextEncoder().encode(TEXTS.join('')).length }]);
    expect(await countStored()).toEqual({ jobs: 1, inputs: 0, rows: 70, requests: 0 });
  });

  test('is polled while the provider works', async () => {
    const provider = new FakeProvider();
    let polls = 0;
    provider.statusOf = () => (++polls > 5 ? 'COMPLETED' : polls % 2 === 0 ? 'PROCESSING' : 'QUEUED');
    const job = await open(provider).create({ input: ['a'] }, OPTIONS);
    await job.wait(SOON);
    expect(polls).toBe(6);
    expect(provider.fetched).toEqual(['id-a']);
  });

  test('goes on while the provider cannot be reached', async () => {
    const provider = new FakeProvider();
    let polls = 0;
    provider.statusOf = () => {
      polls += 1;
      if (polls < 4) throw new APIConnectionError('connection_failed', 'No connection.');
      return 'COMPLETED';
    };
    const job = await open(provider).create({ input: ['a'] }, OPTIONS);
    expect((await job.wait(SOON)).status).toBe('COMPLETED');
    expect(provider.submitted).toEqual(['a']);
  });

  test('is gone on with by id after a reload, and nothing is sent or fetched twice', async () => {
    const provider = new FakeProvider();
    const isBusy = new Set(TEXTS.slice(10).map((text) => `id-${text}`));
    provider.statusOf = (id) => (isBusy.has(id) ? 'PROCESSING' : 'COMPLETED');
    const before = open(provider);
    const job = await before.create({ input: TEXTS }, OPTIONS);
    await expect.poll(async () => (await job.refresh()).completed).toBe(10);
    await expect.poll(countStored).toMatchObject({ requests: 70 });
    before.dispose();
    isBusy.clear();
    const after = await open(provider).retrieve(job.request_id);
    expect((await after.wait(SOON)).output.data).toHaveLength(70);
    expect(provider.submitted).toHaveLength(70);
    expect(provider.fetched).toHaveLength(70);
    expect(provider.asked).toHaveLength(1);
  });

  test('sends after a reload only what was not sent, and asks again for that', async () => {
    const provider = new FakeProvider();
    const never = createDeferred<undefined>();
    provider.statusOf = () => 'PROCESSING';
    // Ends with the page.
    provider.onSubmit = async (text) => {
      if (Number(text.slice(5)) >= 30) await never.promise;
    };
    const before = open(provider);
    const job = await before.create({ input: TEXTS }, OPTIONS);
    await expect.poll(countStored).toMatchObject({ requests: 30 });
    before.dispose();
    never.reject(new APIConnectionError('connection_failed', 'The page is closed.'));
    provider.onSubmit = () => Promise.resolve();
    provider.statusOf = () => 'COMPLETED';
    await (await open(provider).retrieve(job.request_id)).wait(SOON);
    expect(provider.submitted.toSorted()).toEqual(TEXTS.toSorted());
    expect(provider.asked.map(({ texts }) => texts)).toEqual([70, 40]);
  });
});

describe('a remote job goes on', () => {
  test('without the inputs that the provider refuses or fails over', async () => {
    const provider = new FakeProvider();
    provider.onSubmit = (text) => {
      if (text !== 'b') return Promise.resolve();
      return Promise.reject(new UnprocessableEntityError('unprocessable', 'It is too long.'));
    };
    provider.statusOf = (id) => (id === 'id-c' ? 'FAILED' : 'COMPLETED');
    provider.onResult = (id) => {
      if (id === 'id-c') throw new InferenceFailed(id, 'The content was refused.');
    };
    const job = await open(provider).create({ input: ['a', 'b', 'c', 'd'] }, OPTIONS);
    const { output } = await job.wait(SOON);
    expect(output.data).toEqual([
      { embedding: [4, 1] },
      { error: { code: 'unprocessable', message: 'It is too long.' } },
      { error: { code: 'inference_failed', message: 'The content was refused.' } },
      { embedding: [4, 1] },
    ]);
    expect(await countStored()).toEqual({ jobs: 1, inputs: 0, rows: 4, requests: 0 });
  });

  test('after an outage, sends what has no id, and asks the app once', async () => {
    const provider = new FakeProvider();
    let isOut = true;
    provider.onSubmit = (text) => {
      if (!isOut || text < 'text 3') return Promise.resolve();
      return Promise.reject(new APIConnectionError('connection_failed', 'No answer came.'));
    };
    const job = await open(provider).create({ input: TEXTS }, OPTIONS);
    await expect.poll(() => job.refresh()).toMatchObject({ status: 'QUEUED', detail: 'No answer came.' });
    isOut = false;
    dispatchEvent(new Event('online'));
    expect((await job.wait(SOON)).output.data).toHaveLength(70);
    expect(provider.submitted.toSorted()).toEqual(TEXTS.toSorted());
    expect(provider.asked).toHaveLength(1);
  });

  test('after it was resumed, and sends anew what the provider has forgotten', async () => {
    const provider = new FakeProvider();
    provider.statusOf = () => {
      throw new NotFoundError('job_not_found', 'The provider has no such request.');
    };
    const service = open(provider);
    const job = await service.create({ input: ['a'] }, OPTIONS);
    await catchRejection(job.wait(SOON));
    provider.statusOf = () => 'COMPLETED';
    await service.resume(job.request_id);
    expect((await job.wait(SOON)).output.data).toHaveLength(1);
    expect(provider.submitted).toEqual(['a', 'a']);
  });
});

describe('a remote job fails', () => {
  test('when the provider fails over every input', async () => {
    const provider = new FakeProvider();
    provider.statusOf = () => 'FAILED';
    provider.onResult = (id) => {
      throw new InferenceFailed(id, 'The content was refused.');
    };
    const service = open(provider);
    const few = await service.create({ input: ['a', 'b'] }, OPTIONS);
    const error = await catchRejection(few.wait(SOON));
    expect(error).toMatchObject({ name: 'InferenceFailed', request_id: few.request_id });
    expect(error).toMatchObject({ detail: expect.stringContaining('The content was refused.') as string });
    const many = await service.create({ input: TEXTS }, OPTIONS);
    expect(await catchRejection(many.wait(SOON))).toMatchObject({ detail: 'The content was refused.' });
  });

  test('when an input is refused midway, and sends no more', async () => {
    const provider = new FakeProvider();
    provider.onSubmit = (text) => {
      if (text !== 'text 20') return Promise.resolve();
      return Promise.reject(new AuthenticationError('authentication_failed', 'The key was refused.'));
    };
    const job = await open(provider).create({ input: TEXTS }, OPTIONS);
    expect(await catchRejection(job.wait(SOON))).toMatchObject({ detail: 'The key was refused.' });
    expect(provider.submitted.length).toBeLessThan(30);
  });

  test('when the provider has forgotten a request', async () => {
    const provider = new FakeProvider();
    provider.statusOf = () => {
      throw new NotFoundError('job_not_found', 'The provider has no such request.');
    };
    const job = await open(provider).create({ input: ['a'] }, OPTIONS);
    expect(await catchRejection(job.wait(SOON))).toMatchObject({ detail: 'The provider has no such request.' });
  });

  test('when the app says no, and nothing is sent', async () => {
    const provider = new FakeProvider();
    provider.onAsk = () => Promise.reject(new EgressDeniedError('egress_denied', 'The app said no.'));
    const job = await open(provider).create({ input: ['a'] }, OPTIONS);
    expect(await catchRejection(job.wait(SOON))).toMatchObject({ detail: 'The app said no.' });
    expect(provider.submitted).toEqual([]);
  });

  test('when the provider that holds its requests is no longer named', async () => {
    const provider = new FakeProvider();
    provider.statusOf = () => 'PROCESSING';
    const before = open(provider);
    const job = await before.create({ input: ['a'] }, OPTIONS);
    await expect.poll(countStored).toMatchObject({ requests: 1 });
    before.dispose();
    const other = new FakeProvider();
    other.key = 'another';
    const after = await open(other).retrieve(job.request_id);
    const detail = expect.stringContaining(`'${provider.key}'`) as string;
    expect(await catchRejection(after.wait(SOON))).toMatchObject({ detail });
    expect(other.submitted).toEqual([]);
  });

  test('without a word of what an unexpected error says', async () => {
    const provider = new FakeProvider();
    provider.onSubmit = (text) => Promise.reject(new TypeError(text));
    const job = await open(provider).create({ input: ['my secret'] }, OPTIONS);
    expect(await catchRejection(job.wait(SOON))).toMatchObject({ detail: 'An unexpected error: TypeError.' });
  });
});

test('a remote job that is cancelled is asked for no more', async () => {
  const provider = new FakeProvider();
  let polls = 0;
  provider.statusOf = () => {
    polls += 1;
    return 'PROCESSING';
  };
  const service = open(provider);
  const job = await service.create({ input: ['a'] }, OPTIONS);
  const wait = catchRejection(job.wait(SOON));
  await expect.poll(() => polls).toBeGreaterThan(1);
  await service.cancel(job.request_id);
  expect(await wait).toMatchObject({ detail: 'cancelled' });
  const { length } = await service.list();
  expect(length).toBe(1);
  const after = polls;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(polls).toBe(after);
});
