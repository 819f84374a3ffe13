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
  if (typeof model === 'string' && resolved === undefined) refuseTokens(others['input'], model);
  const params = { ...others, ...(resolved !== undefined && { model: resolved }) } as unknown as EmbeddingCreateParams;
  return question.client.embeddings.create(params, { signal: question.request.signal });
}

/**
 * Token ids are of the tokenizer of the model that was asked for, and another word each for the client's.
 *
 * Source: langchain-openai, `OpenAIEmbeddings.check_embedding_ctx_length`, which sends ids of OpenAI's tokenizer unless it is
 * false.
 */
function refuseTokens(input: unknown, alias: string): void {
  const first: unknown = Array.isArray(input) ? input[0] : undefined;
  if (typeof first !== 'number' && !Array.isArray(first)) return;
  const message = `Expected texts in 'input', but got token ids: '${alias}' is another name for this client's model, whose tokenizer has other ids. Send texts (in LangChain for Python, set check_embedding_ctx_length=False), or ids of the model under its own name.`;
  throw new BadRequestError('invalid_type', message, { param: 'input' });
}
