/** Remote jobs while the provider answers 5xx: over one input, or over all. */
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { EmbeddingError } from '../../src/errors/errors.js';
import type { JobService } from '../../src/jobs/job-service.js';
import { deleteJobs } from '../support/job-database.js';
import { FakeProvider } from './fake-provider.js';

const TEXTS = Array.from({ length: 70 }, (_, index) => `text ${index}`);
const SOON = { intervalMs: 5 };
const OPTIONS = {};

afterEach(deleteJobs);

/** A provider, and the service of a page that names it, disposed of when the test has ended. */
function makeProvider(): { readonly provider: FakeProvider; readonly open: () => JobService } {
  const provider = new FakeProvider();
  const open = (): JobService => {
    const service = provider.open();
    onTestFinished(() => {
      service.dispose();
    });
    return service;
  };
  return { provider, open };
}

describe('a remote job fails', () => {
  test('over one input that the provider stumbles over each time, and has the others', async () => {
    const { provider, open } = makeProvider();
    provider.onSubmit = (text) =>
      text === 'text 20' ? Promise.reject(new EmbeddingError('server_error', 'It answered 500.')) : Promise.resolve();
    const job = await open().create({ input: TEXTS }, OPTIONS);
    await expect.poll(() => job.refresh()).toMatchObject({ status: 'QUEUED', detail: 'It answered 500.' });
    await expect
      .poll(async () => {
        dispatchEvent(new Event('online'));
        return (await job.refresh()).status;
      })
      .toBe('COMPLETED');
    const { data } = (await job.wait(SOON)).output;
    expect(data[20]).toEqual({ error: { code: 'server_error', message: 'It answered 500.' } });
    expect(await job.refresh()).toMatchObject({ completed: TEXTS.length - 1, failed: 1 });
    expect(new Set(provider.submitted)).toEqual(new Set(['a', ...TEXTS.filter((text) => text !== 'text 20')]));
  });

  test('over no input while the provider takes none', async () => {
    const { provider, open } = makeProvider();
    let failures = 0;
    provider.onSubmit = () => {
      failures += 1;
      return Promise.reject(new EmbeddingError('server_error', 'It answered 500.'));
    };
    const job = await open().create({ input: TEXTS }, OPTIONS);
    await expect
      .poll(() => {
        dispatchEvent(new Event('online'));
        return failures;
      })
      .toBeGreaterThan(40);
    await expect.poll(() => job.refresh()).toMatchObject({ status: 'QUEUED', completed: 0, failed: 0 });
    provider.onSubmit = () => Promise.resolve();
    dispatchEvent(new Event('online'));
    await job.wait(SOON);
    expect(await job.refresh()).toMatchObject({ completed: TEXTS.length, failed: 0 });
  });
});
