/** Jobs at a real server: sent once, asked for by their ids, gone on with by another client. */
import { InferenceFailed, type EgressRequest } from 'inpage-embeddings';
import { segmind } from 'inpage-embeddings/providers';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { catchRejection, startClient } from '../../support/client.js';
import { deleteJobs } from '../../support/job-database.js';
import { expectedVector, LANE_KEY, openLane, type Lane } from '../../support/provider-lane.js';

const SOON = { intervalMs: 20, timeoutMs: 60_000 };

afterEach(deleteJobs);

function start({ url }: Lane, onEgress?: (request: EgressRequest) => boolean): ReturnType<typeof startClient> {
  const provider = segmind({ model: 'text-embedding-3-small', apiKey: () => LANE_KEY, baseURL: url, mode: 'async' });
  return startClient({ policy: 'only-remote', fallback: [provider], ...(onEgress && { onEgress }) });
}

const submissions = async (lane: Lane): Promise<unknown[]> =>
  (await lane.log()).requests.filter(({ method }) => method === 'POST').map(({ body }) => body);

test('a job is one request for each text, and answers as create() does', async () => {
  const lane = openLane(inject('providerUrl'));
  const onEgress = vi.fn<(request: EgressRequest) => boolean>(() => true);
  const client = start(lane, onEgress);
  const job = await client.jobs.create({ input: ['You are beautiful', 'So are you'] });
  const { status, output, metrics } = await job.wait(SOON);
  expect(status).toBe('COMPLETED');
  expect(output.data.map(({ embedding }) => embedding)).toEqual([
    expectedVector('You are beautiful'),
    expectedVector('So are you'),
  ]);
  expect(output).toMatchObject({ model: 'text-embedding-3-small', provider: { kind: 'remote', id: 'segmind' } });
  expect(metrics.inference_time).toBeGreaterThan(0);
  expect(await submissions(lane)).toEqual([{ prompt: 'You are beautiful' }, { prompt: 'So are you' }]);
  expect(onEgress.mock.calls).toHaveLength(1);
  expect(onEgress.mock.calls[0]?.[0]).toMatchObject({ purpose: 'job', texts: 2, bytes: 27 });
  expect(client.egress).toMatchObject({ requests: 2, texts: 2, bytes: 27 });
});

test('a job that was left is asked for by its id, and nothing is sent twice', async () => {
  const lane = openLane(inject('providerUrl'));
  await lane.script([{ kind: 'job', queuedPolls: 40, processingPolls: 0, times: 'always' }]);
  const first = start(lane);
  const { request_id: id } = await first.jobs.create({ input: ['one', 'two', 'three'] });
  await expect.poll(async () => (await submissions(lane)).length).toBe(3);
  // The last id is stored just after its answer.
  await expect.poll(async () => (await lane.log()).requests.length).toBeGreaterThan(6);
  first.dispose();
  const job = await start(lane).jobs.retrieve(id);
  const { output } = await job.wait(SOON);
  expect(output.data.map(({ embedding }) => embedding)).toEqual(
    ['one', 'two', 'three'].map((text) => expectedVector(text)),
  );
  expect(await submissions(lane)).toHaveLength(3);
});

test('a job that fails there fails here, with the reason and without the text', async () => {
  const lane = openLane(inject('providerUrl'));
  await lane.script([
    { kind: 'job', ends: 'FAILED', detail: 'blocked: my very secret diary', queuedPolls: 0, processingPolls: 0 },
  ]);
  const job = await start(lane).jobs.create({ input: 'my very secret diary' });
  const error = await catchRejection(job.wait(SOON));
  expect(error).toBeInstanceOf(InferenceFailed);
  expect(error).toMatchObject({ status: 422, request_id: job.request_id });
  expect((error as InferenceFailed).detail).toContain('blocked');
  expect(`${String(error)} ${(error as InferenceFailed).detail}`).not.toContain('secret');
});

test('a job whose result has expired there says so', async () => {
  const lane = openLane(inject('providerUrl'));
  await lane.script([{ kind: 'job', expiresAfter: 0 }]);
  const job = await start(lane).jobs.create({ input: 'too late' });
  expect(await catchRejection(job.wait(SOON))).toMatchObject({ name: 'InferenceFailed', request_id: job.request_id });
});

test('a no of the app fails the job before anything is sent', async () => {
  const lane = openLane(inject('providerUrl'));
  const job = await start(lane, () => false).jobs.create({ input: 'private' });
  const error = await catchRejection(job.wait(SOON));
  expect(error).toBeInstanceOf(InferenceFailed);
  expect((error as Error).message).toContain('onEgress said no');
  expect((await lane.log()).requests).toEqual([]);
});
