/** A `fetch` that asks the client of this page instead of a server. */
import { EgressDeniedError, EmbeddingError, NotFoundError } from '../../errors/errors.js';
import { waitUnder } from '../../util/deadline.js';
import { resolveUrl } from '../../util/page-url.js';
import { answerEmbeddings, answerNugen } from './answer-embeddings.js';
import { answerModel, answerModels } from './answer-models.js';
import { answerJobResult, answerJobStatus, answerSegmind, answerSubmit } from './answer-segmind.js';
import { findEndpoint, isNamedByModel, isSegminds, type EndpointName } from './endpoints.js';
import { readFetchOptions, type FetchClient, type FetchOptions } from './fetch-options.js';
import type { Answer, Question } from './question.js';
import { createErrorReply, flattenError, makeRequestId, toResponse, type Reply } from './reply.js';

const ANSWERS: Readonly<Record<EndpointName, readonly [method: 'GET' | 'POST', answer: Answer]>> = {
  embeddings: ['POST', answerEmbeddings],
  models: ['GET', answerModels],
  model: ['GET', answerModel],
  nugen: ['POST', answerNugen],
  segmind: ['POST', answerSegmind],
  'segmind-job': ['POST', answerSubmit],
  'job-status': ['GET', answerJobStatus],
  'job-result': ['GET', answerJobResult],
};

/** What a `fetch` is called with. */
type FetchArguments = Parameters<typeof globalThis.fetch>;

/**
 * A `fetch` for SDKs and apps that speak to an embeddings API: this client answers, and nothing is sent.
 *
 * It answers `POST /v1/embeddings`, `GET /v1/models` and `/v1/models/{id}`, Nugen's `POST /api/v3/inference/embeddings`, and
 * Segmind's `POST /v1/{model}`, `POST /v2/{model}`, `GET /v2/requests/{id}/status` and `GET /v2/requests/{id}` for models the
 * client answers for. Keys aren't looked at. Errors are replies with OpenAI's statuses and bodies; `x-should-retry` says
 * whether it is worth trying again.
 *
 * The function it returns rejects with the signal's reason when the request is aborted, and with EgressDeniedError for a URL
 * that is no endpoint, unless `otherwise` is `pass`; no path below `/v1` or `/v2` rejects so, but gets 404.
 *
 * @throws BadRequestError for an unknown option or an impossible value; `param` names it.
 * @example
 * const openai = new OpenAI({
 *   baseURL: 'https://inpage.invalid/v1', // any address, nobody connects to it
 *   apiKey: 'unused',
 *   fetch: createFetch(client),
 *   dangerouslyAllowBrowser: true,
 * });
 */
export function createFetch(client: FetchClient, options: FetchOptions = {}): typeof globalThis.fetch {
  const { base, aliases, passes } = readFetchOptions(options);
  // An app may put the new function in its place.
  const realFetch = globalThis.fetch;
  return async (...call) => {
    const url = findUrl(call);
    const endpoint = url && findEndpoint(url, base);
    const isOurs = endpoint && (!isNamedByModel(endpoint) || (await isKnown(endpoint.argument, client, aliases)));
    if (!isOurs && passes) return realFetch.apply(globalThis, call);
    const request = new Request(...call);
    request.signal.throwIfAborted();
    const requestId = makeRequestId();
    if (!endpoint) throw refused();
    const question = { client, aliases, endpoint, request, requestId };
    const replying = isOurs ? reply(question) : Promise.resolve(createErrorReply(unknownEndpoint(question)));
    const replied = await waitUnder(request.signal, replying);
    return toResponse(isForSegmind(question, isOurs === true) ? flattenError(replied) : replied, requestId);
  };
}

/** Never rejects but for a signal, whose reason is the caller's own. */
async function reply(question: Question): Promise<Reply> {
  const { request, endpoint } = question;
  const [method, answer] = ANSWERS[endpoint.name];
  if (request.method !== method) {
    const message = `Expected the method ${method} for this endpoint, but got ${request.method}.`;
    const wrong = createErrorReply(new EmbeddingError('bad_request', message, { status: 405 }));
    return { ...wrong, headers: { ...wrong.headers, allow: method } };
  }
  try {
    return await answer(question);
  } catch (error) {
    request.signal.throwIfAborted();
    return createErrorReply(error);
  }
}

/** A path that names no known model could be anybody's; only Segmind's clients send their key so. */
function isForSegmind({ endpoint, request }: Question, isOurs: boolean): boolean {
  return isSegminds(endpoint) && (isOurs || request.headers.has('x-api-key'));
}

/** The URL of a call; undefined when it is none, which `Request` says in the browser's words. */
function findUrl([input]: FetchArguments): URL | undefined {
  // A request of another frame is no instance of this one's class.
  return resolveUrl(typeof input === 'object' && 'url' in input ? input.url : String(input));
}

async function isKnown(model: string, client: FetchClient, aliases: readonly string[]): Promise<boolean> {
  return aliases.includes(model) || (await client.models.list()).data.some(({ id }) => id === model);
}

function unknownEndpoint({ endpoint, request }: Question): NotFoundError {
  const path = `/${endpoint.name === 'segmind' ? 'v1' : 'v2'}/${endpoint.argument}`;
  const message = `There is no endpoint ${request.method} ${path} here, and '${endpoint.argument}' is no model of this client. POST /v1/embeddings embeds, GET /v1/models lists its models.`;
  const code = request.method === 'POST' ? 'model_not_found' : 'not_found';
  return new NotFoundError(code, message, code === 'model_not_found' ? { param: 'model' } : {});
}

function refused(): EgressDeniedError {
  const message = `Expected the URL of an endpoint that this client answers, such as /v1/embeddings below 'baseURL', but got another. Nothing was sent. Pass otherwise: 'pass' to let such requests leave the device.`;
  return new EgressDeniedError('egress_denied', message);
}
