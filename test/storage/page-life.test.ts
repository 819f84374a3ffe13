/** Jobs of a page that is put away: it runs nothing then, and must hold nothing that keeps other tabs from going on. */
import { afterEach, expect, test } from 'vitest';
import { deleteJobs } from '../support/job-database.js';
import { FakeDevice } from './fake-device.js';

const TEXTS = Array.from({ length: 640 }, (_, index) => `text ${index}`);

afterEach(deleteJobs);

function transit(type: 'pagehide' | 'pageshow'): void {
  dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
}

test('a job is gone on with by another tab while its page is away, and by that one when it is back', async () => {
  const [away, here] = [new FakeDevice(), new FakeDevice()];
  away.onEmbed = () => new Promise(() => undefined);
  const service = away.open();
  const job = await service.create({ input: TEXTS }, {});
  await expect.poll(async () => (await job.refresh()).status).toBe('PROCESSING');
  transit('pagehide');
  // Made while the other is away, as if in another tab: it isn't told of the same page's return.
  const other = here.open();
  expect((await (await other.retrieve(job.request_id)).wait({ intervalMs: 5 })).status).toBe('COMPLETED');
  expect(here.embedded).toHaveLength(640);
  const next = await service.create({ input: ['a'] }, {});
  away.onEmbed = () => undefined;
  expect(await next.refresh()).toMatchObject({ status: 'QUEUED' });
  transit('pageshow');
  expect((await next.wait({ intervalMs: 5 })).status).toBe('COMPLETED');
});
