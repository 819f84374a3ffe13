/** Segmind's API: `POST /v1/{model}` at once, `POST /v2/{model}` and what follows as a job. One text a request. */
import type { EmbeddingCreateParams } from '../../api/embeddings.js';
import type { Task } from '../../api/vocabulary.js';
import { BadRequestError, EmbeddingError, InferenceFailed, isEmbeddingError } from '../../errors/errors.js';
import { checkChoice, checkKnown, describe } from '../../util/check-value.js';
import { readFields, resolveModel, type Question } from './question.js';
import { createErrorReply, type Reply } from './reply.js';

/** Source: Segmind's page of gemini-embedding-001, `task_type`. */
const TASKS: Readonly<Record<string, Task>> = {
  RETRIEVAL_QUERY: 'query',
  RETRIEVAL_DOCUMENT: 'document',
  SEMANTIC_SIMILARITY: 'similarity',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
  QUESTION_ANSWERING: 'question-answering',
  FACT_VERIFICATION: 'fact-verification',
  CODE_RETRIEVAL_QUERY: 'code-query',
};

/** Segmind doesn't say how its answer looks, so it is OpenAI's. */
export async function answerSegmind(question: Question): Promise<Reply> {
  const { client, request } = question;
  const fields = await readSegmindFields(question);
  const params = toParams(question, fields);
  return { status: 200, body: await inItsWords(fields, client.embeddings.create(params, { signal: request.signal })) };
}

/** Makes a job, and tells where to ask for it. */
export async function answerSubmit(question: Question): Promise<Reply> {
  const { client, endpoint, request } = question;
  const fields = await readSegmindFields(question);
  const creating = client.jobs.create(toParams(question, fields), { signal: request.signal });
  const { request_id: id, status } = await inItsWords(fields, creating);
  const url = `${endpoint.root}/v2/requests/${encodeURIComponent(id)}`;
  return { status: 202, body: { request_id: id, status, status_url: `${url}/status`, response_url: url } };
}

/** How far a job is. A job that failed has status 422, and says why. */
export async function answerJobStatus({ client, endpoint }: Question): Promise<Reply> {
  const { request_id, status, completed, total, detail } = await client.jobs.retrieve(endpoint.argument);
  if (status === 'FAILED') return failed(request_id, detail);
  return { status: 200, body: { request_id, status, completed, total } };
}

/** The result of a job; while there is none, how far it is. */
export async function answerJobResult(question: Question): Promise<Reply> {
  const { client, endpoint, request } = question;
  const job = await client.jobs.retrieve(endpoint.argument);
  if (job.status === 'FAILED') return failed(job.request_id, job.detail);
  if (job.status !== 'COMPLETED') return { ...(await answerJobStatus(question)), status: 202 };
  return { status: 200, body: await job.wait({ signal: request.signal }) };
}

type Fields = Readonly<Record<string, unknown>>;

/** Both models' fields, for any model. */
async function readSegmindFields(question: Question): Promise<Fields> {
  const fields = await readFields(question);
  checkKnown(fields, { prompt: true, input: true, task_type: true, output_dimensionality: true }, 'parameter');
  checkChoice('task_type', fields['task_type'], Object.keys(TASKS));
  return fields;
}

function toParams(question: Question, fields: Fields): EmbeddingCreateParams {
  const { task_type: taskType, output_dimensionality: dimensions } = fields;
  const task = TASKS[String(taskType)];
  const model = resolveModel(question, question.endpoint.argument);
  return {
    input: readText(fields),
    ...(model !== undefined && { model }),
    ...(task !== undefined && { task }),
    // The client checks that it is a width.
    ...(dimensions !== undefined && { dimensions: dimensions as number }),
  };
}

/** What the client refuses, it names as its own parameters are called. */
async function inItsWords<T>({ prompt }: Fields, answering: Promise<T>): Promise<T> {
  try {
    return await answering;
  } catch (error) {
    const names: Readonly<Record<string, string>> = {
      dimensions: 'output_dimensionality',
      ...(prompt !== undefined && { input: 'prompt' }),
    };
    if (!isEmbeddingError(error) || error.param === undefined) throw error;
    const { code, param, message, status } = error;
    const name = names[param];
    if (name === undefined) throw error;
    const details = { param: name, ...(status !== undefined && { status }) };
    throw new EmbeddingError(code, message.replaceAll(`'${param}'`, `'${name}'`), details);
  }
}

/** The text, which one model takes as `prompt` and the other as `input`. */
function readText({ prompt, input }: Fields): string {
  if (prompt !== undefined && input !== undefined) {
    throw new BadRequestError('invalid_value', `Expected 'prompt' or 'input', but got both.`, { param: 'prompt' });
  }
  const text = prompt ?? input;
  const param = prompt === undefined ? 'input' : 'prompt';
  if (text === undefined) {
    const message = `Missing required parameter: 'prompt', or 'input'.`;
    throw new BadRequestError('missing_required_parameter', message, { param });
  }
  if (typeof text === 'string') return text;
  throw new BadRequestError('invalid_type', `Expected a string in '${param}', but got ${describe(text)}.`, { param });
}

/** Its id and reason are where Segmind's clients look for them. */
function failed(requestId: string, detail = 'No reason is known.'): Reply {
  const error = new InferenceFailed(requestId, detail);
  return createErrorReply(error, { request_id: requestId, status: 'FAILED', detail });
}
