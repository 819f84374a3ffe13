/** Answers `client.chunk()`. */
import type { ChunkOptions, TextChunk } from '../api/chunks.js';
import { TASKS } from '../api/vocabulary.js';
import { chunkText } from './chunk-text.js';
import { BadRequestError } from '../errors/errors.js';
import { askLocal, type LocalTargets } from './ask-local.js';
import { checkChoice, checkInteger, checkKnown, checkObject, checkString, describe } from '../util/check-value.js';

/** See `EmbeddingClient.chunk`. */
export async function chunk(text: string, options: ChunkOptions, targets: LocalTargets): Promise<TextChunk[]> {
  check(text, options);
  const { signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  return chunkText(text, options, (request) =>
    askLocal(targets, signal, (target) => target.countTokens(request, signal)),
  );
}

function check(text: unknown, options: ChunkOptions): void {
  if (typeof text !== 'string') {
    const message = `Expected a string in 'text', but got ${describe(text)}.`;
    throw new BadRequestError('invalid_type', message, { param: 'text' });
  }
  checkObject(options, 'the options');
  const known = { maxTokens: true, overlapTokens: true, locale: true, task: true, signal: true };
  checkKnown(options, known, 'option');
  checkChoice('task', options.task, TASKS);
  checkString('locale', options.locale);
  if (options.maxTokens !== undefined) checkInteger('maxTokens', options.maxTokens, 1);
  if (options.overlapTokens !== undefined) checkInteger('overlapTokens', options.overlapTokens, 0);
}
