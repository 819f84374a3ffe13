import { describe, expect, test } from 'vitest';
import type { Task } from '../../../../../src/api/vocabulary.js';
import type { ProviderJobs } from '../../../../../src/contract/provider.js';
import { segmind, type SegmindOptions } from '../../../../../src/targets/remote/vendors/index.js';
import { catchRejection } from '../../../../support/catch-error.js';
import { connect, NEVER, sendJson, showAll, startServer, vectorOf, type Handler, type TestServer } from '../support.js';

const TEXT = 'My diary of Tuesday, which nobody but me may ever read.';

function create(server: TestServer, options: Partial<SegmindOptions> = {}): ReturnType<typeof connect> {
  const all = { baseURL: server.origin, model: 'text-embedding-3-small', apiKey: 'k', pollIntervalMs: 1, ...options };
  return connect(segmind(all));
}

function jobsOf({ target }: ReturnType<typeof connect>): ProviderJobs {
  if (!target.jobs) throw new Error('Expected jobs.');
  return target.jobs;
}

/** Segmind's asynchronous API: every job is done when it is asked for `polls` times. */
function jobServer(polls: number): Handler {
  const asked = new Map<string, number>();
  return ({ method, path, body }, response) => {
    if (method === 'POST') {
      const id = `job-${String(asked.size)}.${String((body['prompt'] as string).length)}`;
      asked.set(id, 0);
      const evil = 'https://evil.example/steal';
      sendJson(response, { request_id: id, status_url: evil, response_url: evil });
      return;
    }
    const [, id = '', suffix] = /^\/v2\/requests\/([^/]+)(\/status)?$/.exec(path) ?? [];
    const count = (asked.get(id) ?? NaN) + 1;
    asked.set(id, count);
    if (Number.isNaN(count)) sendJson(response, { detail: 'unknown' }, 404);
    else if (suffix !== undefined) sendJson(response, { status: count < polls ? 'QUEUED' : 'COMPLETED' });
    else {
      const output = [Number(id.split('.')[1]), 1];
      sendJson(response, { status: 'COMPLETED', output, metrics: { inference_time: 0.25 } });
    }
  };
}

describe('segmind', () => {
  test('sends each text alone and gives rows in order', async () => {
    const server = await startServer(({ body }, response) => {
      const vector = vectorOf(body['prompt']);
      setTimeout(
        () => {
          sendJson(response, { embedding: vector });
        },
        20 - 4 * vector[0],
      );
    });
    const { target, sent } = create(server);
    const inputs = ['a', 'bb', 'ccc', 'dddd', 'eeeee'];
    const rows = await target.embed({ inputs, task: 'query' }, { signal: NEVER });
    expect(rows).toEqual({ vectors: Float32Array.from(inputs.flatMap(vectorOf)), dimensions: 2 });
    expect(server.requests).toHaveLength(5);
    expect(server.requests[0]).toMatchObject({ path: '/v1/text-embedding-3-small', headers: { 'x-api-key': 'k' } });
    expect(server.requests[0]?.body).toEqual({ prompt: 'a' });
    expect(sent.map(({ bytes }) => bytes)).toEqual([1, 2, 3, 4, 5]);
  });

  test.each<[task: Task, taskType: string]>([
    ['query', 'RETRIEVAL_QUERY'],
    ['document', 'RETRIEVAL_DOCUMENT'],
    ['similarity', 'SEMANTIC_SIMILARITY'],
    ['classification', 'CLASSIFICATION'],
    ['clustering', 'CLUSTERING'],
    ['question-answering', 'QUESTION_ANSWERING'],
    ['fact-verification', 'FACT_VERIFICATION'],
    ['code-query', 'CODE_RETRIEVAL_QUERY'],
  ])('tells gemini-embedding-001 the task %s as %s, and the width', async (task, taskType) => {
    const server = await startServer((_request, response) => {
      sendJson(response, { predictions: [{ embeddings: { values: [1, 2, 3] } }] });
    });
    const { target } = create(server, { model: 'gemini-embedding-001' });
    await target.embed({ inputs: ['a'], task, dimensions: 3 }, { signal: NEVER });
    const [seen] = server.requests;
    expect(seen?.path).toBe('/v1/gemini-embedding-001');
    expect(seen?.body).toEqual({ input: 'a', task_type: taskType, output_dimensionality: 3 });
  });

  test('reads JSON that is served as text', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('[[0.5, 0.25]]');
    });
    const { vectors } = await create(server).target.embed({ inputs: ['a'] }, { signal: NEVER });
    expect(vectors).toEqual(Float32Array.of(0.5, 0.25));
  });

  test('says what shape came when it knows none', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { output: 'https://cdn.example/secret.json' });
    });
    const error = await catchRejection(create(server).target.embed({ inputs: ['a'] }, { signal: NEVER }));
    expect(error).toMatchObject({ code: 'invalid_reply' });
    expect(String(error)).toContain('an object of { output: a string }');
  });

  test.each<[what: string, param: string, request: object, model: string]>([
    ['token ids', 'input', { inputs: [[1]] }, 'gemini-embedding-001'],
    ['a width where there is one only', 'dimensions', { inputs: ['a'], dimensions: 512 }, 'text-embedding-3-small'],
    ['a width of an unknown model', 'dimensions', { inputs: ['a'], dimensions: 512 }, 'other'],
  ])('refuses %s', async (_what, param, request, model) => {
    const server = await startServer(() => undefined);
    const { target } = create(server, { model });
    const error = await catchRejection(target.embed(request as { inputs: string[] }, { signal: NEVER }));
    expect(error).toMatchObject({ name: 'BadRequestError', code: 'unsupported_parameter', param });
    expect(server.requests).toHaveLength(0);
  });

  test('reports missing credit once', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { message: 'Insufficient credits' }, 406);
    });
    const error = await catchRejection(create(server).target.embed({ inputs: ['a'] }, { signal: NEVER }));
    expect(error).toMatchObject({ name: 'InsufficientCreditsError', status: 406, detail: 'Insufficient credits' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('segmind in async mode', () => {
  test('submits, polls and fetches each text, at its own address only', async () => {
    const server = await startServer(jobServer(3));
    const { target, sent } = create(server, { mode: 'async' });
    const rows = await target.embed({ inputs: ['a', 'bb'] }, { signal: NEVER });
    expect(rows.vectors).toEqual(Float32Array.of(1, 1, 2, 1));
    expect(server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual([
      '/v2/text-embedding-3-small',
      '/v2/text-embedding-3-small',
    ]);
    expect(server.requests.every(({ headers }) => headers['x-api-key'] === 'k')).toBe(true);
    expect(server.requests.filter(({ path }) => path === '/v2/requests/job-0.1/status')).toHaveLength(3);
    expect(sent).toHaveLength(2);
  });

  test('rejects with the reason when the job failed, and without the text', async () => {
    const server = await startServer(({ method }, response) => {
      if (method === 'POST') sendJson(response, { request_id: 'job' });
      else sendJson(response, { status: 'FAILED', error: `blocked: '${TEXT}'` }, 422);
    });
    const call = create(server, { mode: 'async' }).target.embed({ inputs: [TEXT] }, { signal: NEVER });
    const error = await catchRejection(call);
    expect(error).toMatchObject({ name: 'InferenceFailed', request_id: 'job', detail: "blocked: '[…]'" });
    expect(showAll(error)).not.toContain('diary');
  });

  test('gives up after its time limit, while the job goes on', async () => {
    const server = await startServer(jobServer(Infinity));
    const { target } = create(server, { mode: 'async', jobTimeoutMs: 20 });
    const error = await catchRejection(target.embed({ inputs: ['a'] }, { signal: NEVER }));
    expect(error).toMatchObject({ name: 'InferenceTimeout', request_id: 'job-0.1' });
  });

  test('stops polling when the caller gives up', async () => {
    const controller = new AbortController();
    const answer = jobServer(Infinity);
    const server = await startServer((request, response, index) => {
      answer(request, response, index);
      if (index === 3) controller.abort('enough');
    });
    const { target } = create(server, { mode: 'async' });
    expect(await catchRejection(target.embed({ inputs: ['a'] }, { signal: controller.signal }))).toBe('enough');
  });
});

describe("segmind's jobs", () => {
  test.each(['sync', 'async'] as const)('go from submit to result in %s mode', async (mode) => {
    const server = await startServer(jobServer(2));
    const connection = create(server, { mode });
    const jobs = jobsOf(connection);
    const id = await jobs.submit({ inputs: ['abc'] }, { signal: NEVER });
    expect(await jobs.status(id, { signal: NEVER })).toBe('QUEUED');
    expect(await jobs.status(id, { signal: NEVER })).toBe('COMPLETED');
    expect(await jobs.result(id, { inputs: ['abc'], dimensions: 2 }, { signal: NEVER })).toEqual({
      vectors: Float32Array.of(3, 1),
      dimensions: 2,
      inferenceTimeS: 0.25,
    });
    expect(connection.sent).toEqual([{ texts: 1, bytes: 3 }]);
  });

  test('that failed are FAILED by status and reject by result', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { status: 'FAILED', detail: 'content blocked' }, 422);
    });
    const jobs = jobsOf(create(server));
    expect(await jobs.status('job', { signal: NEVER })).toBe('FAILED');
    const error = await catchRejection(jobs.result('job', { inputs: ['abc'] }, { signal: NEVER }));
    expect(error).toMatchObject({ name: 'InferenceFailed', status: 422, detail: 'content blocked', request_id: 'job' });
  });

  test('that failed are told by 200 too', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { status: 'FAILED' });
    });
    const jobs = jobsOf(create(server));
    expect(await jobs.status('job', { signal: NEVER })).toBe('FAILED');
    const error = await catchRejection(jobs.result('job', { inputs: ['abc'] }, { signal: NEVER }));
    expect(error).toMatchObject({ code: 'inference_failed', detail: 'no reason was given' });
  });

  test("that aren't done have no result yet", async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { status: 'PROCESSING' });
    });
    const error = await catchRejection(jobsOf(create(server)).result('job', { inputs: ['abc'] }, { signal: NEVER }));
    expect(error).toMatchObject({ name: 'ConflictError', retryable: true });
  });

  test.each(['gone', '../../v1/steal', '..', 'a/b', 'a?b', ''])("that aren't known are not found: %j", async (id) => {
    const server = await startServer((_request, response) => {
      sendJson(response, { detail: 'expired' }, 404);
    });
    const jobs = jobsOf(create(server));
    for (const asked of [jobs.status(id, { signal: NEVER }), jobs.result(id, { inputs: ['abc'] }, { signal: NEVER })]) {
      expect(await catchRejection(asked)).toMatchObject({ name: 'NotFoundError', code: 'job_not_found' });
    }
    expect(server.requests.every(({ path }) => path.startsWith('/v2/requests/gone'))).toBe(true);
  });

  test.each<[status: number, requests: number]>([
    [429, 3],
    [503, 3],
    [500, 1],
    [504, 1],
  ])('are submitted again after %d only when they were surely turned away', async (status, requests) => {
    const server = await startServer((_request, response) => {
      sendJson(response, {}, status, { 'retry-after-ms': '1' });
    });
    await catchRejection(jobsOf(create(server)).submit({ inputs: ['a'] }, { signal: NEVER }));
    expect(server.requests).toHaveLength(requests);
  });

  test.each([{ request_id: '../evil' }, { request_id: 7 }, {}, []])('have an id, or %j is refused', async (body) => {
    const server = await startServer((_request, response) => {
      sendJson(response, body);
    });
    const error = await catchRejection(jobsOf(create(server)).submit({ inputs: ['a'] }, { signal: NEVER }));
    expect(error).toMatchObject({ code: 'invalid_reply' });
  });

  test('take one text', async () => {
    const server = await startServer(() => undefined);
    const error = await catchRejection(jobsOf(create(server)).submit({ inputs: ['a', 'b'] }, { signal: NEVER }));
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'input' });
  });

  test('have a known status, or it is refused', async () => {
    const server = await startServer((_request, response) => {
      sendJson(response, { status: 'LOST' });
    });
    const error = await catchRejection(jobsOf(create(server)).status('job', { signal: NEVER }));
    expect(error).toMatchObject({ code: 'invalid_reply' });
  });
});
