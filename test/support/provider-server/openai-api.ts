/** Infinity's API, which is OpenAI's, and Nugen's. Source: seeds 003 and 004. */
import { countTokens, readFields, readInputs, readWidth, Refusal, rowOptions, type Question } from './answer.js';
import { jsonReply, type Reply } from './reply.js';
import { makeRows } from './rows.js';

/** When every model and answer was made: what the seeds show. */
const CREATED = 1750989144;

/** `POST /v1/embeddings`. */
export function answerOpenAi(question: Question): Reply {
  needKey(question, 'openai');
  const known = ['model', 'input', 'encoding_format', 'dimensions', 'user'];
  const fields = readFields(question.body, known, 'openai');
  const model = readModel(fields['model'], 'openai');
  const inputs = readInputs(fields['input']);
  if (!inputs) throw new Refusal(400, 'openai', "'input' must be a text, texts, a token array or token arrays.");
  const format = fields['encoding_format'];
  if (format !== undefined && format !== 'float' && format !== 'base64') {
    throw new Refusal(400, 'openai', "'encoding_format' must be 'float' or 'base64'.");
  }
  const width = readWidth(fields['dimensions'], question, 'openai');
  const tokens = countTokens(inputs);
  return jsonReply(200, {
    object: 'list',
    data: makeRows(inputs, rowOptions(question, width, format)),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** `GET /v1/models`. */
export function answerModels(question: Question): Reply {
  needKey(question, 'openai');
  const { models, queueFraction } = question.settings;
  const stats = { queue_fraction: queueFraction, queue_absolute: 0, results_pending: 1, batch_size: 32 };
  const data = models.map((id) => ({
    id,
    stats,
    object: 'model',
    owned_by: 'infinity',
    created: CREATED,
    backend: 'torch',
    capabilities: ['embed'],
  }));
  return jsonReply(200, { data, object: 'list' });
}

/** `POST /api/v3/inference/embeddings`. It takes texts only, and counts tokens only in all. */
export function answerNugen(question: Question): Reply {
  needKey(question, 'fastapi');
  const fields = readFields(question.body, ['model', 'input', 'dimensions'], 'fastapi');
  const model = readModel(fields['model'], 'fastapi');
  const inputs = readInputs(fields['input']);
  if (!inputs || inputs.some((input) => typeof input !== 'string')) {
    throw new Refusal(422, 'fastapi-list', 'Input should be a valid string');
  }
  const width = readWidth(fields['dimensions'], question, 'fastapi');
  return jsonReply(200, {
    id: 'embed-abc123xyz',
    object: 'embedding',
    data: makeRows(inputs, rowOptions(question, width)),
    model,
    // With a fraction that JSON.stringify keeps, as Python's time.time() has.
    created: CREATED + 0.25,
    usage: { total_tokens: countTokens(inputs) },
  });
}

function needKey(question: Question, shape: 'openai' | 'fastapi'): void {
  if (question.settings.needsKey && !question.bearerMatches) throw new Refusal(401, shape);
}

function readModel(model: unknown, shape: 'openai' | 'fastapi'): string {
  if (typeof model !== 'string' || model === '') throw new Refusal(400, shape, "'model' is missing.");
  return model;
}
