/** Segmind's asynchronous API: submit, poll, fetch. Source: Segmind's pages, "Asynchronous requests (v2)". */
import type { ProviderJobResult, ProviderJobStatus, ProviderRequest } from '../../../contract/provider.js';
import {
  BadRequestError,
  ConflictError,
  InferenceFailed,
  InferenceTimeout,
  isEmbeddingError,
  NotFoundError,
} from '../../../errors/errors.js';
import { urlBelow } from '../http/base-url.js';
import { checkRows } from '../http/check-rows.js';
import type { ApiTools, JobApi } from '../http/embedding-api.js';
import { createReplyError, type JsonReply } from '../http/http.js';
import { isRecord } from '../http/json.js';
import { describeInputs } from './list-api.js';
import { readAnyShape, readTotalTokens } from '../http/read-reply.js';
import { createSegmindBody } from './segmind-body.js';

/** Where and how to wait. */
export interface SegmindJobSettings {
  readonly baseUrl: URL;
  readonly model: string;
  /** Between two looks at a job, at first. */
  readonly pollIntervalMs: number;
  /** How long a call waits for its job. */
  readonly jobTimeoutMs: number;
}

const STATUSES: readonly string[] = ['QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED'] satisfies ProviderJobStatus[];
/** Each wait is longer by this factor, up to so many times the first. */
const BACKOFF = 1.25;
const LONGEST_WAITS = 5;
/** What can stand in a path as it is and stay inside it. */
const REQUEST_ID = /^(?!\.+$)[\w.~-]{1,200}$/;
/** A server that fails a job without a word. */
const NO_REASON = 'no reason was given';

/** The requests of the API. Addresses are always made from `baseURL`: those in answers may point anywhere. */
export function createSegmindJobs({ baseUrl, model }: SegmindJobSettings): JobApi {
  return {
    submit: (request, tools) => submit(urlBelow(baseUrl, `/v2/${encodeURIComponent(model)}`), model, request, tools),
    status: async (requestId, tools) => {
      try {
        return await askStatus(baseUrl, requestId, [], tools);
      } catch (error) {
        if (isEmbeddingError(error, 'inference_failed')) return 'FAILED';
        throw error;
      }
    },
    result: (requestId, request, tools) => fetchResult(baseUrl, requestId, request, tools),
  };
}

/** One text's vector by way of a job. @throws InferenceFailed; InferenceTimeout, while the job goes on. */
export async function embedByJob(
  settings: SegmindJobSettings,
  request: ProviderRequest,
  tools: ApiTools,
): Promise<ProviderJobResult> {
  const { baseUrl, pollIntervalMs, jobTimeoutMs } = settings;
  const { platform, call } = tools;
  const endsAt = platform.now() + jobTimeoutMs;
  const { texts } = describeInputs(request.inputs);
  const requestId = await createSegmindJobs(settings).submit(request, tools);
  for (let waitMs = pollIntervalMs; ; waitMs = Math.min(waitMs * BACKOFF, pollIntervalMs * LONGEST_WAITS)) {
    const leftMs = endsAt - platform.now();
    if (leftMs <= 0) throw new InferenceTimeout(requestId, jobTimeoutMs);
    await platform.sleep(Math.min(waitMs, leftMs), call.signal);
    const status = await askStatus(baseUrl, requestId, texts, tools);
    if (status === 'COMPLETED' || status === 'FAILED') {
      return fetchResult(baseUrl, requestId, request, tools);
    }
  }
}

async function submit(url: string, model: string, request: ProviderRequest, tools: ApiTools): Promise<string> {
  const [text, ...others] = request.inputs;
  if (typeof text !== 'string' || others.length > 0) {
    throw new BadRequestError('unsupported_parameter', 'A job takes one text.', { param: 'input' });
  }
  const body = createSegmindBody(model, text, request);
  const reply = await tools.http.send({ url, body, retry: 'unaccepted', ...describeInputs([text]) }, tools.call);
  const requestId = isRecord(reply.body) ? reply.body['request_id'] : undefined;
  if (typeof requestId === 'string' && REQUEST_ID.test(requestId)) return requestId;
  throw createReplyError(tools.host, "a job's 'request_id'", reply);
}

async function askStatus(
  baseUrl: URL,
  requestId: string,
  texts: readonly string[],
  tools: ApiTools,
): Promise<ProviderJobStatus> {
  const reply = await ask(baseUrl, requestId, '/status', texts, tools);
  const status = readStatus(reply);
  if (status) return status;
  throw createReplyError(tools.host, `a job's 'status' of ${STATUSES.join(', ')}`, reply);
}

async function fetchResult(
  baseUrl: URL,
  requestId: string,
  { inputs, dimensions }: ProviderRequest,
  tools: ApiTools,
): Promise<ProviderJobResult> {
  const reply = await ask(baseUrl, requestId, '', describeInputs(inputs).texts, tools);
  const status = readStatus(reply);
  if (status === 'FAILED') throw new InferenceFailed(requestId, reply.detail ?? NO_REASON);
  if (status === 'QUEUED' || status === 'PROCESSING') {
    throw new ConflictError('conflict', `The job '${requestId}' isn't done yet. Ask for its status first.`);
  }
  const rows = readAnyShape(reply.body);
  if (!rows) throw createReplyError(tools.host, 'a vector in a known form', reply);
  const checked = checkRows(rows, {
    host: tools.host,
    requestId: reply.requestId,
    count: 1,
    ...(dimensions !== undefined && { dimensions }),
  });
  const totalTokens = readTotalTokens(reply.body);
  const inferenceTimeS = readInferenceTime(reply);
  return {
    ...checked,
    ...(totalTokens !== undefined && { totalTokens }),
    ...(inferenceTimeS !== undefined && { inferenceTimeS }),
  };
}

/** A failed job answers 422, an unknown one 404. */
async function ask(
  baseUrl: URL,
  requestId: string,
  suffix: string,
  texts: readonly string[],
  { http, call }: ApiTools,
): Promise<JsonReply> {
  if (!REQUEST_ID.test(requestId)) throw notFound();
  try {
    return await http.send({ url: urlBelow(baseUrl, `/v2/requests/${requestId}${suffix}`), texts }, call);
  } catch (error) {
    if (isEmbeddingError(error, 'not_found')) throw notFound(requestId);
    if (!isEmbeddingError(error, 'unprocessable')) throw error;
    throw new InferenceFailed(requestId, error.detail ?? NO_REASON);
  }
}

function readStatus({ body }: JsonReply): ProviderJobStatus | undefined {
  const status = isRecord(body) && typeof body['status'] === 'string' ? body['status'].toUpperCase() : '';
  return STATUSES.includes(status) ? (status as ProviderJobStatus) : undefined;
}

function readInferenceTime({ body }: JsonReply): number | undefined {
  const metrics = isRecord(body) ? body['metrics'] : undefined;
  const time = isRecord(metrics) ? metrics['inference_time'] : undefined;
  return typeof time === 'number' && Number.isFinite(time) && time >= 0 ? time : undefined;
}

function notFound(requestId?: string): NotFoundError {
  const name = requestId === undefined ? 'that job' : `the job '${requestId}'`;
  const message = `The provider doesn't know ${name}. Results are kept for an hour. Submit it again.`;
  return new NotFoundError('job_not_found', message, requestId === undefined ? {} : { requestId });
}
