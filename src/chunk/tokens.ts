/** Answers `client.tokens()`. */
import type { TokenLists } from '../ports/worker-api.js';
import type { TextTokens, TokensOptions } from '../api/tokens.js';
import { TASKS } from '../api/vocabulary.js';
import { BadRequestError } from '../errors/errors.js';
import { askLocal, type LocalTargets } from './ask-local.js';
import { checkChoice, checkKnown, checkObject, describe } from '../util/check-value.js';

/** See `EmbeddingClient.tokens`. */
export async function tokens(
  input: string | readonly string[],
  options: TokensOptions,
  targets: LocalTargets,
): Promise<TextTokens[]> {
  const texts = typeof input === 'string' ? [input] : input;
  check(texts, options);
  const { signal = new AbortController().signal, task } = options;
  signal.throwIfAborted();
  if (texts.length === 0) return [];
  const request = { texts, ...(task !== undefined && { task }) };
  return split(await askLocal(targets, signal, (target) => target.listTokens(request, signal)));
}

function check(texts: unknown, options: TokensOptions): void {
  const odd = Array.isArray(texts) ? (texts as readonly unknown[]).find((text) => typeof text !== 'string') : texts;
  if (odd !== undefined || !Array.isArray(texts)) {
    const message = `Expected a string or an array of strings in 'input', but got ${describe(odd)}.`;
    throw new BadRequestError('invalid_type', message, { param: 'input' });
  }
  if (texts.includes('')) {
    throw new BadRequestError('invalid_value', `Expected text in 'input', but got an empty string.`, {
      param: 'input',
    });
  }
  checkObject(options, 'the options');
  checkKnown(options, { task: true, signal: true }, 'option');
  checkChoice('task', options.task, TASKS);
}

function split({ ids, ranges, counts, truncated }: TokenLists): TextTokens[] {
  let place = 0;
  return Array.from(counts, (count, index) => {
    const from = place;
    place += count;
    return {
      ids: [...ids.subarray(from, place)],
      ranges: Array.from({ length: count }, (_, token): [number, number] => {
        const at = 2 * (from + token);
        return [ranges[at] ?? 0, ranges[at + 1] ?? 0];
      }),
      count,
      truncated: truncated[index] === 1,
    };
  });
}
