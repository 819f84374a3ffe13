/** Refuses a tokenizer.json whose vocabulary gives what can't be an id, before a library makes nonsense of it. Pure. */
import { ModelLoadError } from '../../errors/errors.js';
import { describe } from '../../util/check-value.js';

/** Ids are given to graphs as whole numbers of 32 bits, or more. */
const MAX_ID = 2 ** 31 - 1;

/** What is looked at of a tokenizer.json. */
interface TokenizerFile {
  readonly model?: { readonly type?: unknown; readonly vocab?: unknown; readonly unk_id?: unknown };
  readonly added_tokens?: unknown;
}

/** @throws ModelLoadError `model_file_damaged`; `url` names the file. */
export function checkVocabulary(tokenizer: object, url: string): void {
  const { model, added_tokens: added = [] } = tokenizer as TokenizerFile;
  const vocabulary = model?.vocab;
  if (Array.isArray(vocabulary)) {
    const odd = vocabulary.findIndex((entry: unknown) => !isScored(entry));
    if (odd >= 0)
      throw damaged(url, `a token and its score in each entry of its vocabulary, but entry ${odd} is another`);
    const { unk_id: unknown } = model ?? {};
    if (unknown !== undefined && unknown !== null && !(isId(unknown) && unknown < vocabulary.length)) {
      throw damaged(url, `unk_id to be an entry of its vocabulary, but it is ${show(unknown)}`);
    }
  } else if (typeof vocabulary === 'object' && vocabulary !== null) {
    for (const id of Object.values(vocabulary)) checkId(id, url);
  } else {
    throw damaged(url, 'a vocabulary, but it has none');
  }
  if (!Array.isArray(added)) throw damaged(url, 'a list of added tokens, but it has another value there');
  for (const token of added as readonly unknown[]) checkId((token as { readonly id?: unknown } | null)?.id, url);
}

function checkId(id: unknown, url: string): void {
  if (isId(id)) return;
  throw damaged(url, `whole numbers of 0 to ${MAX_ID} as ids of its tokens, but one is ${show(id)}`);
}

function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_ID;
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : describe(value);
}

function isScored(entry: unknown): boolean {
  return Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1]);
}

function damaged(url: string, expected: string): ModelLoadError {
  const message = `Could not use ${url}: expected ${expected}. Check the model's files, or use another revision.`;
  return new ModelLoadError('model_file_damaged', message, { url });
}
