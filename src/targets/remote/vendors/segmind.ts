/** Segmind's embedding models. */
import type { Provider } from '../../../contract/provider.js';
import { checkChoice, checkInteger } from '../../../util/check-value.js';
import type { ApiKey } from '../http/api-key.js';
import { urlBelow } from '../http/base-url.js';
import { checkRows } from '../http/check-rows.js';
import { createProvider } from '../http/create-provider.js';
import type { ApiTools, BatchRows, EmbeddingApi } from '../http/embedding-api.js';
import type { ProviderRequest } from '../../../contract/provider.js';
import { createReplyError } from '../http/http.js';
import { describeInputs } from './list-api.js';
import { readAnyShape, readTotalTokens } from '../http/read-reply.js';
import { readOptions, type ProviderOptions } from '../http/read-options.js';
import { checkSegmindRequest, createSegmindBody } from './segmind-body.js';
import { createSegmindJobs, embedByJob, type SegmindJobSettings } from './segmind-jobs.js';

/** The options of {@link segmind}. */
export interface SegmindOptions extends ProviderOptions {
  /** The model. Others than the two named ones are asked as `text-embedding-3-small` is. */
  readonly model: 'text-embedding-3-small' | 'gemini-embedding-001' | (string & {});
  /** https: only, except on this machine; relative to the page when not absolute. @default 'https://api.segmind.com' */
  readonly baseURL?: string;
  /** A key, or a function that gives one; the function is asked before every HTTP request. */
  readonly apiKey: ApiKey;
  /** `sync` waits for each answer; `async` submits each text and asks for its result until it is there. @default 'sync' */
  readonly mode?: 'sync' | 'async';
  /** With `async`: milliseconds before a job is first asked after; later ones grow to five times that. @default 1_000 */
  readonly pollIntervalMs?: number;
  /** With `async`: milliseconds after which a call gives its job up. @default 600_000 */
  readonly jobTimeoutMs?: number;
}

/**
 * Segmind. Each text is an HTTP request of its own, `maxConcurrency` at once; one that fails fails the call. Token ids are
 * refused. gemini-embedding-001 has tasks and `dimensions`; the others ignore tasks and refuse `dimensions`. Jobs are offered
 * in both modes.
 *
 * @throws BadRequestError when an option is unknown, missing or impossible, with its name in `param`.
 */
export function segmind(options: SegmindOptions): Provider {
  const settings = readOptions(options, {
    id: 'segmind',
    name: 'segmind',
    others: { mode: true, pollIntervalMs: true, jobTimeoutMs: true },
    requiresKey: true,
    baseURL: 'https://api.segmind.com',
  });
  checkChoice('mode', options.mode, ['sync', 'async']);
  // Source of the defaults: Segmind's SDK, "600s deadline, 1.0s poll by default".
  const jobs = {
    baseUrl: settings.baseUrl,
    model: settings.model,
    pollIntervalMs: checkInteger('pollIntervalMs', options.pollIntervalMs ?? 1_000, 1),
    jobTimeoutMs: checkInteger('jobTimeoutMs', options.jobTimeoutMs ?? 600_000, 1),
  };
  return createProvider(createSegmindApi(jobs, options.mode ?? 'sync'), settings);
}

/** The API of one model, one text a request. @internal */
export function createSegmindApi(settings: SegmindJobSettings, mode: 'sync' | 'async'): EmbeddingApi {
  const embedOne = mode === 'sync' ? embedAtOnce : embedByJob;
  return {
    limits: { maxInputs: 1, maxTokens: Infinity },
    keyHeaders: (key) => ({ 'x-api-key': key }),
    check: (request) => {
      checkSegmindRequest(settings.model, request);
    },
    embedBatch: (inputs, request, tools) => embedOne(settings, { ...request, inputs }, tools),
    jobs: createSegmindJobs(settings),
  };
}

async function embedAtOnce(
  { baseUrl, model }: SegmindJobSettings,
  request: ProviderRequest,
  { http, call, host }: ApiTools,
): Promise<BatchRows> {
  const { inputs, dimensions } = request;
  const described = describeInputs(inputs);
  const body = createSegmindBody(model, described.texts[0] ?? '', request);
  const reply = await http.send(
    { url: urlBelow(baseUrl, `/v1/${encodeURIComponent(model)}`), body, ...described },
    call,
  );
  const rows = readAnyShape(reply.body);
  if (!rows) throw createReplyError(host, 'a vector in a known form', reply);
  const totalTokens = readTotalTokens(reply.body);
  const checked = checkRows(rows, {
    host,
    requestId: reply.requestId,
    count: 1,
    ...(dimensions !== undefined && { dimensions }),
  });
  return { ...checked, ...(totalTokens !== undefined && { totalTokens }) };
}
