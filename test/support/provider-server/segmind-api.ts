/** Segmind's API, with a model's name as the path: at once under v1, as a job under v2. Source: seeds 000 to 002. */
import { countTokens, readFields, readWidth, Refusal, rowOptions, type Question } from './answer.js';
import { jsonReply, type Reply } from './reply.js';
import { makeRows, type Row } from './rows.js';
import type { SegmindShape } from './wire.js';

const TASK_TYPES: readonly unknown[] = [
  'SEMANTIC_SIMILARITY',
  'RETRIEVAL_DOCUMENT',
  'RETRIEVAL_QUERY',
  'CLASSIFICATION',
  'CLUSTERING',
  'QUESTION_ANSWERING',
  'FACT_VERIFICATION',
  'CODE_RETRIEVAL_QUERY',
];

/** Field names: that of the text first. */
const MODELS: Readonly<Record<string, readonly [text: string, ...others: string[]]>> = {
  'text-embedding-3-small': ['prompt'],
  'gemini-embedding-001': ['input', 'task_type', 'output_dimensionality'],
};

/** `POST /v1/{model}`: the output is the whole answer. */
export function answerSegmind(question: Question): Reply {
  return jsonReply(200, computeOutput(question, question.path.slice('/v1/'.length)));
}

/** `POST /v2/{model}`. */
export function submitJob(question: Question): Reply {
  const output = computeOutput(question, question.path.slice('/v2/'.length));
  const requestId = question.jobs.add(output, question.job);
  const base = question.job?.foreignUrls === true ? question.foreignLaneUrl : question.laneUrl;
  return jsonReply(question.job?.submitStatus ?? 202, {
    request_id: requestId,
    status: 'QUEUED',
    status_url: `${base}/v2/requests/${requestId}/status`,
    response_url: `${base}/v2/requests/${requestId}`,
  });
}

/** `GET /v2/requests/{id}/status`. */
export function answerJobStatus(question: Question): Reply {
  needKey(question);
  return question.jobs.status(question.path.split('/')[3] ?? '');
}

/** `GET /v2/requests/{id}`. */
export function answerJobResult(question: Question): Reply {
  needKey(question);
  return question.jobs.result(question.path.split('/')[3] ?? '');
}

/** @throws Refusal as the seeds' table of errors has it. */
function computeOutput(question: Question, model: string): unknown {
  needKey(question);
  const known = MODELS[model];
  if (!known) throw new Refusal(404, 'segmind', 'Model or endpoint not found');
  const fields = readFields(question.body, known, 'segmind');
  const text = fields[known[0]];
  if (typeof text !== 'string' || text === '') throw new Refusal(400, 'segmind', `'${known[0]}' must be a text.`);
  const task = fields['task_type'];
  if (task !== undefined && !TASK_TYPES.includes(task)) throw new Refusal(400, 'segmind', "'task_type' is unknown.");
  const width = readWidth(fields['output_dimensionality'], question, 'segmind');
  const rows = makeRows([text], { ...rowOptions(question, width), change: question.job?.change ?? question.change });
  const { segmindShape } = question.settings;
  return segmindShape === 'openai' ? openAiOutput(rows, model, countTokens([text])) : OUTPUTS[segmindShape](rows);
}

function openAiOutput(rows: readonly Row[], model: string, tokens: number): unknown {
  return { object: 'list', data: rows, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

const OUTPUTS: Readonly<Record<Exclude<SegmindShape, 'openai'>, (rows: readonly Row[]) => unknown>> = {
  embedding: (rows) => ({ embedding: rows[0]?.embedding }),
  // Google's own form of Gemini's answer.
  values: (rows) => ({ embedding: { values: rows[0]?.embedding } }),
  array: (rows) => rows[0]?.embedding ?? null,
  'nested-array': (rows) => rows.map((row) => row.embedding),
};

function needKey(question: Question): void {
  if (question.settings.needsKey && !question.apiKeyMatches) throw new Refusal(401, 'segmind');
}
