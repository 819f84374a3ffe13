/** `POST /v1/embeddings`, which OpenAI and Infinity have, and Nugen's `POST /api/v3/inference/embeddings`. */
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from '../api/embeddings.js';
import { BadRequestError } from '../errors/errors.js';
import { checkKnown } from '../util/check-value.js';
import { readFields, resolveModel, type Question } from './question.js';
import type { Reply } from './reply.js';

/** OpenAI's fields, and what `embeddings.create()` takes besides. */
export async function answerEmbeddings(question: Question): Promise<Reply> {
  const { stream, ...fields } = await readFields(question);
  if (stream !== undefined && stream !== false) {
    const message = `Embeddings aren't streamed. Leave 'stream' out.`;
    throw new BadRequestError('unsupported_parameter', message, { param: 'stream' });
  }
  return { status: 200, body: await embed(question, fields) };
}

/** Source: Nugen's API document. */
export async function answerNugen(question: Question): Promise<Reply> {
  const fields = await readFields(question);
  checkKnown(fields, ['model', 'input', 'dimensions'], 'parameter');
  const { usage, ...response } = await embed(question, fields);
  const body = {
    ...response,
    id: question.requestId.replace('req_', 'embed-'),
    object: 'embedding',
    created: Math.floor(Date.now() / 1000),
    usage: { total_tokens: usage.total_tokens },
  };
  return { status: 200, body };
}

/** What `embeddings.create()` answers, which checks every field. */
function embed(
  question: Question,
  fields: Readonly<Record<string, unknown>>,
): Promise<CreateEmbeddingResponse | CreateEmbeddingResponse<string>> {
  const { model, ...others } = fields;
  const resolved = typeof model === 'string' ? resolveModel(question, model) : model;
  const params = { ...others, ...(resolved !== undefined && { model: resolved }) } as unknown as EmbeddingCreateParams;
  return question.client.embeddings.create(params, { signal: question.request.signal });
}
