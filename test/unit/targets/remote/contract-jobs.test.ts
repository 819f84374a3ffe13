/** Jobs of the one API that has them: Segmind's v2. */
import { describe, expect, test } from 'vitest';
import type { ProviderJobs } from '../../../../src/contract/provider.js';
import type { Fault, Lane } from '../../../support/provider-server/wire.js';
import { catchRejection } from '../../../support/catch-error.js';
import {
  connect,
  embed,
  expectRows,
  INFINITY,
  makeTexts,
  neverAborted,
  NUGEN,
  OPENAI,
  SEGMIND_ASYNC,
  SEGMIND_GEMINI,
  SEGMIND_SMALL,
  textsOf,
  useLanes,
  type Vendor,
} from './vendors.js';

const openLane = useLanes();
const OPTIONS = { signal: neverAborted() };
const TEXT = 'You are beautiful';

/** The jobs of a provider. */
function jobsOf(vendor: Vendor, lane: Lane): ProviderJobs {
  const { jobs } = connect(vendor, lane, { maxRetries: 2 }).target;
  if (!jobs) throw new Error('Expected the provider to offer jobs.');
  return jobs;
}

/** The requests of a lane, as lines. */
async function linesOf(lane: Lane): Promise<readonly string[]> {
  return (await lane.log()).requests.map(({ method, path }) => `${method} ${path}`);
}

describe.each([SEGMIND_SMALL, SEGMIND_GEMINI])('a job of $name', (vendor) => {
  const submitPath = vendor.path.replace('/v1/', '/v2/');

  test('is submitted, polled and read', async () => {
    const lane = openLane();
    const jobs = jobsOf(vendor, lane);
    const id = await jobs.submit({ inputs: [TEXT] }, OPTIONS);
    const states = [];
    for (let poll = 0; poll < 3; poll += 1) states.push(await jobs.status(id, OPTIONS));
    expect(states).toEqual(['QUEUED', 'PROCESSING', 'COMPLETED']);
    const result = await jobs.result(id, { inputs: [TEXT] }, OPTIONS);
    expectRows(result, [TEXT]);
    expect(result.inferenceTimeS).toBe(0.125);
    const poll = `GET /v2/requests/${id}/status`;
    expect(await linesOf(lane)).toEqual([`POST ${submitPath}`, poll, poll, poll, `GET /v2/requests/${id}`]);
    expect((await lane.log()).requests.every(({ keyMatches }) => keyMatches)).toBe(true);
  });

  test('is accepted with status 200 as well', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'job', submitStatus: 200 }]);
    const id = await jobsOf(vendor, lane).submit({ inputs: [TEXT] }, OPTIONS);
    expect(id).toMatch(/^[\w-]+$/);
  });

  test.each([422, 200])('that fails is FAILED when the poll has status %i, and its result says why', async (status) => {
    const lane = openLane();
    const ended = { queuedPolls: 0, processingPolls: 0, failedPollStatus: status } as const;
    await lane.script([{ kind: 'job', ends: 'FAILED', detail: 'content blocked', ...ended }]);
    const jobs = jobsOf(vendor, lane);
    const id = await jobs.submit({ inputs: [TEXT] }, OPTIONS);
    expect(await jobs.status(id, OPTIONS)).toBe('FAILED');
    const error = await catchRejection(jobs.result(id, { inputs: [TEXT] }, OPTIONS));
    const fields = { name: 'InferenceFailed', code: 'inference_failed', status: 422, detail: 'content blocked' };
    expect(error).toMatchObject({ ...fields, request_id: id });
  });

  test('that has expired, or never was, is not found', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'job', expiresAfter: 0 }]);
    const jobs = jobsOf(vendor, lane);
    const id = await jobs.submit({ inputs: [TEXT] }, OPTIONS);
    const expected = { name: 'NotFoundError', code: 'job_not_found', status: 404 };
    expect(await catchRejection(jobs.status(id, OPTIONS))).toMatchObject(expected);
    expect(await catchRejection(jobs.result(id, { inputs: [TEXT] }, OPTIONS))).toMatchObject(expected);
    expect(await catchRejection(jobs.status('00000000-0000-0000-0000-000000000000', OPTIONS))).toMatchObject(expected);
  });

  test.each<readonly [string, Fault]>([
    ['the server fails', { kind: 'status', status: 500, headers: { 'retry-after-ms': '1' } }],
    ['a gateway fails', { kind: 'status', status: 504, headers: { 'retry-after-ms': '1' } }],
    ['the connection closes', { kind: 'cut', at: 'nothing' }],
    ['the answer breaks off', { kind: 'cut' }],
  ])("isn't submitted again when %s, since it may have been accepted", async (_name, fault) => {
    const lane = openLane();
    await lane.script([fault]);
    await catchRejection(jobsOf(vendor, lane).submit({ inputs: [TEXT] }, OPTIONS));
    expect(await linesOf(lane)).toEqual([`POST ${submitPath}`]);
  });

  test('is submitted again when it was turned away', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'status', status: 429, headers: { 'retry-after-ms': '1' } }]);
    await jobsOf(vendor, lane).submit({ inputs: [TEXT] }, OPTIONS);
    expect(await linesOf(lane)).toEqual([`POST ${submitPath}`, `POST ${submitPath}`]);
  });

  test('is polled again when a poll fails', async () => {
    const lane = openLane();
    const jobs = jobsOf(vendor, lane);
    const id = await jobs.submit({ inputs: [TEXT] }, OPTIONS);
    await lane.script([{ kind: 'status', status: 502, headers: { 'retry-after-ms': '1' }, times: 2 }]);
    expect(await jobs.status(id, OPTIONS)).toBe('QUEUED');
    expect((await lane.log()).requests).toHaveLength(4);
  });

  test("doesn't lead to another origin by the URLs in its answer", async () => {
    const lane = openLane();
    await lane.script([{ kind: 'job', foreignUrls: true, queuedPolls: 0, processingPolls: 0 }]);
    const jobs = jobsOf(vendor, lane);
    const outcome = await jobs
      .submit({ inputs: [TEXT] }, OPTIONS)
      .then((id) => jobs.status(id, OPTIONS))
      .catch((error: unknown) => error);
    // It may refuse such an answer, or ask where it submitted.
    expect(outcome === 'COMPLETED' || outcome instanceof Error).toBe(true);
    expect((await lane.log()).redirected).toBe(0);
  });

  test.each(['missing', 'nan', 'null', 'zero', 'empty'] as const)(
    'with a spoiled vector is refused: %s',
    async (change) => {
      const lane = openLane();
      await lane.script([{ kind: 'job', queuedPolls: 0, processingPolls: 0, change }]);
      const jobs = jobsOf(vendor, lane);
      const id = await jobs.submit({ inputs: [TEXT] }, OPTIONS);
      expect(await catchRejection(jobs.result(id, { inputs: [TEXT] }, OPTIONS))).toMatchObject({
        code: 'invalid_reply',
      });
    },
  );

  test("isn't read before it is done", async () => {
    const lane = openLane();
    const jobs = jobsOf(vendor, lane);
    const id = await jobs.submit({ inputs: [TEXT] }, OPTIONS);
    const error = await catchRejection(jobs.result(id, { inputs: [TEXT] }, OPTIONS));
    expect(error).toMatchObject({ name: 'ConflictError', code: 'conflict', retryable: true });
  });

  test.each(['../v1/text-embedding-3-small', 'a/b', '..', 'a?b=c', ''])("can't have the id %j", async (id) => {
    const lane = openLane();
    const error = await catchRejection(jobsOf(vendor, lane).status(id, OPTIONS));
    expect(error).toMatchObject({ name: 'NotFoundError', code: 'job_not_found' });
    const outside = (await linesOf(lane)).filter((line) => !/^GET \/v2\/requests\/[^/?]+\/status$/.test(line));
    expect(outside).toEqual([]);
  });
});

describe('jobs', () => {
  test.each([OPENAI, INFINITY, NUGEN])("aren't offered by $name", (vendor) => {
    expect(connect(vendor, openLane()).target.jobs).toBeUndefined();
  });
});

describe('a call by way of jobs', () => {
  test('submits each text once and answers in order', async () => {
    const lane = openLane();
    const texts = makeTexts(20);
    expectRows(await embed(connect(SEGMIND_ASYNC, lane).target, texts), texts);
    const { requests } = await lane.log();
    expect(requests.flatMap(textsOf).sort()).toEqual([...texts].sort());
  });

  test('tells why a job failed, and submits it no second time', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'job', ends: 'FAILED', detail: 'content blocked' }]);
    const error = await catchRejection(embed(connect(SEGMIND_ASYNC, lane).target, [TEXT]));
    expect(error).toMatchObject({ name: 'InferenceFailed', detail: 'content blocked', canFallBack: true });
    expect((await lane.log()).requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('stops asking when aborted', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'job', queuedPolls: Number.MAX_SAFE_INTEGER }]);
    const controller = new AbortController();
    const { target } = connect(SEGMIND_ASYNC, lane);
    const pending = catchRejection(target.embed({ inputs: [TEXT] }, { signal: controller.signal }));
    await expect.poll(async () => (await lane.log()).requests.length).toBeGreaterThan(3);
    controller.abort('enough');
    expect(await pending).toBe('enough');
  });

  test('ends when the job has expired', async () => {
    const lane = openLane();
    await lane.script([{ kind: 'job', expiresAfter: 2 }]);
    const error = await catchRejection(embed(connect(SEGMIND_ASYNC, lane).target, [TEXT]));
    expect(error).toMatchObject({ name: 'NotFoundError', code: 'job_not_found' });
  });
});
