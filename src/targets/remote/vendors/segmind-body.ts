/** What goes into a request to Segmind's embedding models. Pure. */
import type { Task } from '../../../api/vocabulary.js';
import type { ProviderRequest } from '../../../contract/provider.js';
import { BadRequestError } from '../../../errors/errors.js';
import { refuseTokens } from './list-api.js';

/** Source: Segmind's page of gemini-embedding-001, `task_type`. */
const TASK_TYPES: Readonly<Record<Task, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  similarity: 'SEMANTIC_SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  'question-answering': 'QUESTION_ANSWERING',
  'fact-verification': 'FACT_VERIFICATION',
  'code-query': 'CODE_RETRIEVAL_QUERY',
};

/** The one model that takes `input` and has tasks and widths; the others take `prompt` and nothing else. */
const GEMINI = 'gemini-embedding-001';

/** Refuses what the model can't do. @throws BadRequestError `unsupported_parameter`. */
export function checkSegmindRequest(model: string, request: ProviderRequest): void {
  refuseTokens(request);
  if (request.dimensions === undefined || model === GEMINI) return;
  const message = `Segmind's '${model}' has one width. Leave 'dimensions' out, or use '${GEMINI}'.`;
  throw new BadRequestError('unsupported_parameter', message, { param: 'dimensions' });
}

/** The body for one text. Source: Segmind's pages of both models; one of them lists an image model's parameters. */
export function createSegmindBody(model: string, text: string, { task, dimensions }: ProviderRequest): object {
  if (model !== GEMINI) return { prompt: text };
  return {
    input: text,
    ...(task !== undefined && { task_type: TASK_TYPES[task] }),
    ...(dimensions !== undefined && { output_dimensionality: dimensions }),
  };
}
