/** OpenAI's embeddings endpoint and those that were modelled on it. */
import type { ProviderRequest } from '../../../contract/provider.js';
import { BadRequestError } from '../../../errors/errors.js';
import { checkRows } from '../http/check-rows.js';
import type { ApiTools, BatchRows, EmbeddingApi } from '../http/embedding-api.js';
import { createReplyError } from '../http/http.js';
import { measureTexts } from '../../../util/count-bytes.js';
import { readList, readTotalTokens } from '../http/read-reply.js';
import type { BatchLimits, Input } from '../http/split-batches.js';

/** What differs between them. */
export interface ListApiSettings {
  /** Where requests go. */
  readonly url: string;
  readonly model: string;
  readonly limits: BatchLimits;
  /** Sent only when given, since not every server knows it. */
  readonly encodingFormat?: string;
  /** Whether token ids may stand for texts. */
  readonly takesTokens: boolean;
}

/** An API that takes `{ model, input, dimensions }` and answers `{ data: [{ embedding, index }] }`. It has no tasks. */
export function createListApi(settings: ListApiSettings): EmbeddingApi {
  return {
    limits: settings.limits,
    keyHeaders: bearer,
    check: (request) => {
      if (!settings.takesTokens) refuseTokens(request);
    },
    embedBatch: (inputs, request, tools) => embedBatch(settings, inputs, request, tools),
  };
}

/** Refuses token ids. @throws BadRequestError `unsupported_parameter`. */
export function refuseTokens({ inputs }: ProviderRequest): void {
  if (inputs.every((input) => typeof input === 'string')) return;
  const message = `This provider takes texts, but 'input' has token ids. Pass the texts.`;
  throw new BadRequestError('unsupported_parameter', message, { param: 'input' });
}

/** What of the user's is in a request with these inputs, and what of it mustn't be repeated. */
export function describeInputs(inputs: readonly Input[]): {
  readonly sent: { readonly texts: number; readonly bytes: number };
  readonly texts: readonly string[];
} {
  return { sent: measureTexts(inputs), texts: inputs.filter((input) => typeof input === 'string') };
}

/** Source: RFC 6750 section 2.1. */
function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` };
}

async function embedBatch(
  { url, model, encodingFormat }: ListApiSettings,
  inputs: readonly Input[],
  { dimensions }: ProviderRequest,
  { http, call, host }: ApiTools,
): Promise<BatchRows> {
  const body = {
    model,
    input: inputs,
    ...(encodingFormat !== undefined && { encoding_format: encodingFormat }),
    ...(dimensions !== undefined && { dimensions }),
  };
  const reply = await http.send({ url, body, ...describeInputs(inputs) }, call);
  const rows = readList(reply.body);
  if (!rows) throw createReplyError(host, "'data' with an 'embedding' in each row", reply);
  const totalTokens = readTotalTokens(reply.body);
  const { requestId } = reply;
  const expected = { host, requestId, count: inputs.length, ...(dimensions !== undefined && { dimensions }) };
  return { ...checkRows(rows, expected), ...(totalTokens !== undefined && { totalTokens }) };
}
