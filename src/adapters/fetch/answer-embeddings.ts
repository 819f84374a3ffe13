/** `POST /v1/embeddings`, which OpenAI and Infinity have, and Nugen's `POST /api/v3/inference/embeddings`. */
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from '../../api/embeddings.js';
import { BadRequestError } from '../../errors/errors.js';
import { checkKnown, describe } from '../../util/check-value.js';
import { readFields, resolveModel, type Question } from './question.js';
import type { Reply } from './reply.js';

/** What Infinity's clients ask for when their app names no model. Source: infinity_client, `OpenAIEmbeddingInputText.model`. */
const NO_MODEL = 'default/not-specified';

/** OpenAI's fields, Infinity's, and what `embeddings.create()` takes besides. */
export async function answerEmbeddings(question: Question): Promise<Reply> {
  const { stream, modality, ...fields } = await readFields(question);
  if (modality !== undefined && modality !== 'text') {
    const message = `Expected 'text' in 'modality', but got ${describe(modality)}: this client embeds texts. Leave 'modality' out.`;
    throw new BadRequestError('unsupported_parameter', message, { param: 'modality' });
  }
  if (stream !== undefined && stream !== false) {
    const message = `Embeddings aren't streamed. Leave 'stream' out.`;
    throw new BadRequestError('unsupported_parameter', message, { param: 'stream' });
  }
  return { status: 200, body: await embed(question, omitDefaults(fields)) };
}

/** Infinity's clients write out what they leave open: no model, and a width of 0 for the model's own. */
function omitDefaults(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isOpen = ([name, value]: [string, unknown]): boolean =>
    (name === 'model' && value === NO_MODEL) || (name === 'dimensions' && value === 0);
  return Object.fromEntries(Object.entries(fields).filter((field) => !isOpen(field)));
}

/** Source: Nugen's API document. */
export async function answerNugen(question: Question): Promise<Reply> {
  const fields = await readFields(question);
  checkKnown(fields, { model: true, input: true, dimensions: true }, 'parameter');
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
