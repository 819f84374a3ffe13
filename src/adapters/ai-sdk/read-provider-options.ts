/** `providerOptions.inpageEmbeddings` of a call. */
import { InvalidArgumentError, type SharedV3ProviderOptions } from '@ai-sdk/provider';
import { TASKS, TRUNCATES, type Task, type Truncate } from '../../api/vocabulary.js';

/** The key of this library in `providerOptions` and `providerMetadata`. */
export const OPTIONS_KEY = 'inpageEmbeddings';

/** What `providerOptions.inpageEmbeddings` may have. */
export interface InpageEmbeddingsOptions {
  /** Picks the model's prompt, which is put before each text. @default no prompt */
  readonly task?: Task;
  /** What happens to a text over the model's limit. @default 'end', with a warning */
  readonly truncate?: Truncate;
}

const CHOICES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['task', TASKS],
  ['truncate', TRUNCATES],
]);

/**
 * This library's options of a call; those of other providers are theirs.
 *
 * @throws InvalidArgumentError for an unknown option or value.
 */
export function readProviderOptions(all: SharedV3ProviderOptions = {}): InpageEmbeddingsOptions {
  const given = Object.entries(all[OPTIONS_KEY] ?? {}).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const choices = CHOICES.get(name);
    if (!choices) throw refuse(name, `Known options are ${[...CHOICES.keys()].join(', ')}.`);
    if (!choices.some((choice) => choice === value)) throw refuse(name, `Expected one of ${choices.join(', ')}.`);
  }
  return Object.fromEntries(given);
}

function refuse(name: string, expected: string): InvalidArgumentError {
  const argument = `providerOptions.${OPTIONS_KEY}.${name}`;
  return new InvalidArgumentError({ argument, message: `'${argument}' can't be used. ${expected}` });
}
