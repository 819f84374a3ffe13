/** Which path is answered by whom. */
import { Refusal, type Question } from './answer.js';
import { errorReply } from './error-reply.js';
import { answerModels, answerNugen, answerOpenAi } from './openai-api.js';
import type { Reply } from './reply.js';
import { answerJobResult, answerJobStatus, answerSegmind, submitJob } from './segmind-api.js';

type Route = readonly [method: 'GET' | 'POST', path: RegExp, answer: (question: Question) => Reply];

const ROUTES: readonly Route[] = [
  ['POST', /^\/v1\/embeddings$/, answerOpenAi],
  ['GET', /^\/v1\/models$/, answerModels],
  ['POST', /^\/api\/v3\/inference\/embeddings$/, answerNugen],
  ['POST', /^\/v1\/[^/]+$/, answerSegmind],
  ['POST', /^\/v2\/[^/]+$/, submitJob],
  ['GET', /^\/v2\/requests\/[^/]+\/status$/, answerJobStatus],
  ['GET', /^\/v2\/requests\/[^/]+$/, answerJobResult],
];

/** The answer of the API that owns the path, a refusal included; 404 where none does. */
export function answer(question: Question): Reply {
  const route = ROUTES.find(([method, path]) => method === question.method && path.test(question.path));
  if (!route) return errorReply(404, 'fastapi', question.quotable);
  try {
    return route[2](question);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

/** Whether a request makes a job. */
export function makesJob(method: string, path: string): boolean {
  return method === 'POST' && /^\/v2\/[^/]+$/.test(path);
}
