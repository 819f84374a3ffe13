/** One request from its arrival to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { findInputs, type Question } from './answer.js';
import { scriptedError } from './error-reply.js';
import type { LaneState, OpenEntry } from './lane-state.js';
import type { Reply } from './reply.js';
import { answer, makesJob } from './routes.js';
import { send } from './send.js';
import { LANE_KEY, type Fault } from './wire.js';

/** Where the lane is. */
export interface LaneAddress {
  readonly laneUrl: string;
  /** The same lane at the other origin. */
  readonly foreignLaneUrl: string;
}

/** Logs a request with its whole body, and answers it or does what the script says. */
export function handle(
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
  target: string,
  lane: LaneState,
  address: LaneAddress,
): void {
  const method = request.method ?? 'GET';
  const path = target.split('?')[0] ?? '';
  const fault = lane.faults.take({ method, path, body: text, makesJob: makesJob(method, path) });
  const question = ask(request, method, path, parseBody(text), lane, address, fault);
  const entry: OpenEntry = {
    method,
    path: target,
    headers: Object.keys(request.headers),
    keyMatches: usesApiKey(path) ? question.apiKeyMatches : question.bearerMatches,
    body: question.body,
    texts: findInputs(question.body).length,
    requestId: lane.nextRequestId(),
    ...(fault && { fault: fault.kind }),
    outcome: 'pending',
  };
  lane.record(entry);
  response.once('close', () => {
    if (response.writableFinished) entry.outcome = 'answered';
    else entry.outcome = fault?.kind === 'cut' ? 'cut' : 'client-left';
  });
  send(response, makeReply(question, target, fault), entry.requestId, fault);
}

function ask(
  request: IncomingMessage,
  method: string,
  path: string,
  body: unknown,
  lane: LaneState,
  address: LaneAddress,
  fault: Fault | undefined,
): Question {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  return {
    method,
    path,
    body,
    bearerMatches: authorization === `Bearer ${LANE_KEY}`,
    apiKeyMatches: apiKey === LANE_KEY,
    quotable: {
      texts: findInputs(body).map((input) => (typeof input === 'string' ? input : JSON.stringify(input))),
      key: authorization?.replace(/^Bearer /, '') ?? String(apiKey ?? ''),
    },
    settings: lane.settings,
    jobs: lane.jobs,
    ...address,
    change: fault?.kind === 'rows' ? fault.change : undefined,
    encoding: fault?.kind === 'encoding' ? fault.as : undefined,
    job: fault?.kind === 'job' ? fault : undefined,
  };
}

/** Only Segmind has its key in a header of its own. */
function usesApiKey(path: string): boolean {
  return path.startsWith('/v2/') || (path.startsWith('/v1/') && !/^\/v1\/(embeddings|models)$/.test(path));
}

/** The answer before it is sent. A request that hangs or is cut has still been carried out. */
function makeReply(question: Question, target: string, fault: Fault | undefined): Reply {
  switch (fault?.kind) {
    case 'status':
      return scriptedError(fault, question.quotable);
    case 'body':
      return { status: fault.status ?? 200, body: fault.body, contentType: fault.contentType ?? 'application/json' };
    case 'html':
      return {
        status: 200,
        body: '<!doctype html><html><body>Please sign in.</body></html>',
        contentType: 'text/html; charset=utf-8',
      };
    case 'redirect': {
      const headers = { location: question.foreignLaneUrl + target };
      return { status: fault.status ?? 307, body: '', contentType: 'text/plain', headers };
    }
    case 'content-type':
      return { ...answer(question), contentType: fault.as };
    default:
      return answer(question);
  }
}

function parseBody(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
