/** Answers `client.chunk()`. The page loads this file and all it imports only when it has a text to split. */
import type { ChunkOptions, TextChunk } from '../api/chunks.js';
import { TASKS } from '../api/vocabulary.js';
import { chunkText } from './chunk-text.js';
import type { CountRequest, TokenCounts } from '../targets/target.js';
import { BadRequestError, EmbeddingError, AllTargetsFailedError } from '../errors/errors.js';
import { FailedTargets } from '../route/failed-targets.js';
import type { Router, TargetPlan } from '../route/router.js';
import { tryInOrder } from '../route/try-in-order.js';
import { checkChoice, checkInteger, checkKnown, checkObject, checkString, describe } from '../util/check-value.js';
import { waitUnder } from '../util/deadline.js';

const OPTIONS = ['maxTokens', 'overlapTokens', 'locale', 'task', 'signal'];

/** See `EmbeddingClient.chunk`. */
export async function chunk(
  text: string,
  options: ChunkOptions,
  plan: TargetPlan,
  router: Pick<Router, 'target'>,
): Promise<TextChunk[]> {
  check(text, options);
  const { signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  return chunkText(text, options, (request) => countTokens(request, signal, plan, router));
}

function check(text: unknown, options: ChunkOptions): void {
  if (typeof text !== 'string') {
    const message = `Expected a string in 'text', but got ${describe(text)}.`;
    throw new BadRequestError('invalid_type', message, { param: 'text' });
  }
  checkObject(options, 'the options');
  checkKnown(options, OPTIONS, 'option');
  checkChoice('task', options.task, TASKS);
  checkString('locale', options.locale);
  if (options.maxTokens !== undefined) checkInteger('maxTokens', options.maxTokens, 1);
  if (options.overlapTokens !== undefined) checkInteger('overlapTokens', options.overlapTokens, 0);
}

/**
 * By the first target on this device that can: each has the model's own tokenizer.
 *
 * @throws EmbeddingError `device_unsupported` when none may; the one's error; AllTargetsFailedError.
 */
async function countTokens(
  request: CountRequest,
  signal: AbortSignal,
  plan: TargetPlan,
  router: Pick<Router, 'target'>,
): Promise<TokenCounts> {
  await waitUnder(signal, plan.ready());
  const failed = new FailedTargets();
  const locals = plan.targets.filter((planned) => planned.kind === 'local');
  const counts = await tryInOrder(
    locals.filter(({ usable }) => usable),
    failed,
    { signal, ask: async (planned) => (await waitUnder(signal, router.target(planned))).countTokens(request, signal) },
  );
  if (counts) return counts;
  const failures = failed.list();
  const [failure] = failures;
  if (failure) throw failures.length > 1 ? new AllTargetsFailedError(failures) : failure.error;
  const reasons = locals.map(({ id, reason }) => `${id}: ${reason}`).join(' ');
  const message = `Expected this device to load the model, whose tokenizer counts tokens, but no local target can be used. ${reasons}`;
  throw new EmbeddingError('device_unsupported', message);
}
