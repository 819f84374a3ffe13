import { describe, expect, test } from 'vitest';
import type { PromptSet } from '../../../../src/api/vocabulary.js';
import { BadRequestError, ModelLoadError } from '../../../../src/errors/errors.js';
import { maxCharacters } from '../../../../src/models/text-limit.js';
import type { EmbedItem } from '../../../../src/ports/worker-api.js';
import { TokenReader } from '../../../../src/runtime/tokens/token-reader.js';
import { catchError } from '../../../support/catch-error.js';

const MAX_CHARACTERS = maxCharacters(128);

const UNKNOWN = 3;

/** A token a word, its first character's code; words that begin with a capital are unknown. */
function makeReader(tokenize?: (text: string) => number[], prompts: PromptSet = { query: 'look for ' }): TokenReader {
  const idOf = (word: string): number => (/^[A-Z]/.test(word) ? UNKNOWN : word.charCodeAt(0));
  const byWord = (text: string): number[] => text.split(/\s+/).filter(Boolean).map(idOf);
  const locate = (text: string): { ids: number[]; ranges: number[] } => {
    const ranges = Array.from(text.matchAll(/\S+/g), ({ index, 0: word }) => [index, index + word.length]).flat();
    return { ids: [1, ...byWord(text), 2], ranges: [0, 0, ...ranges, text.length, text.length] };
  };
  const tokenizer = {
    locate,
    specialTokens: { prefix: [1], suffix: [2] },
    unknownId: UNKNOWN,
    blankId: '_'.charCodeAt(0),
    tokenize: tokenize ?? ((text: string): number[] => [1, ...byWord(text), 2]),
  };
  return new TokenReader(tokenizer, { maxTokens: 8, vocabularySize: 200, prompts });
}

function item(content: EmbedItem['content'], rest: Partial<EmbedItem> = {}): EmbedItem {
  return { content, truncate: 'end', ...rest };
}

describe('TokenReader', () => {
  test('counts what is unknown among what is neither special nor of the prompt', () => {
    expect(makeReader().read(item('a B c D', { task: 'query' }))).toEqual({
      ids: [1, 108, 102, 97, 3, 99, 3, 2],
      truncated: false,
      content: 4,
      prompt: 3,
      unknown: 2,
    });
  });

  test('counts what is unknown in token ids too, with special tokens or without', () => {
    expect(makeReader().read(item([1, 97, 3, 2]))).toMatchObject({ content: 2, unknown: 1 });
    expect(makeReader().read(item([97, 3, 3]))).toMatchObject({ content: 3, unknown: 2 });
  });

  test('takes no blank by itself for content', () => {
    expect(makeReader().read(item('_ B _ C'))).toMatchObject({ content: 2, unknown: 2 });
  });

  test('counts what is left after the cut', () => {
    expect(makeReader().read(item('a b c d e f G H'))).toMatchObject({ truncated: true, content: 6, unknown: 0 });
    expect(makeReader().read(item('a b c d e f G H', { truncate: 'start' }))).toMatchObject({ content: 6, unknown: 2 });
  });

  test.each([
    ['of a few words more', 'a b c d e f g', 'Expected at most 8 tokens', 'but got 9.'],
    ['of any length', 'word '.repeat(100_000), 'Expected at most 8 tokens', 'but got more.'],
    ['of blanks without end', ' '.repeat(MAX_CHARACTERS + 1), `at most ${MAX_CHARACTERS} characters`, 'but got more.'],
  ])('refuses a text %s where it may not be cut', (_what, text, expected, came) => {
    const error = catchError(() => makeReader().read(item(text, { truncate: 'error' })));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'context_length_exceeded', param: 'input' });
    expect(String(error)).toContain(expected);
    expect(String(error)).toContain(came);
  });

  test('says that a text was cut of which only blanks were read', () => {
    const read = makeReader().read(item(`a${' '.repeat(MAX_CHARACTERS)}b`));
    expect(read).toEqual({ ids: [1, 97, 2], truncated: true, content: 1, prompt: 0, unknown: 0 });
  });

  test('tells what a tokenizer fails on without a word of the text', () => {
    const reader = makeReader((text) => {
      throw new RangeError(`Maximum call stack size exceeded in ${text}`);
    });
    const error = catchError(() => reader.read(item('SECRET')));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_value', param: 'input', canFallBack: false });
    expect(String(error)).toContain('failed on 6 characters (RangeError)');
    expect(String(error)).not.toContain('SECRET');
  });

  test('refuses a text of no tokens instead of giving zeros', () => {
    expect(catchError(() => makeReader(() => []).read(item(' ')))).toMatchObject({
      code: 'invalid_value',
      param: 'input',
    });
  });

  test('refuses an id that the weights have no row for, by whose fault it is', () => {
    const error = catchError(() => makeReader(() => [1, 200, 2]).read(item('a')));
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error).toMatchObject({ code: 'model_unsupported', param: 'model' });
    expect(catchError(() => makeReader().read(item([1, 200, 2])))).toMatchObject({
      code: 'integer_above_max_value',
      param: 'input',
    });
  });

  const longPrompt = 'a b c d e f g h ';

  test('refuses a prompt that leaves no room for the text, and no text that takes its place', () => {
    const reader = makeReader(undefined, { query: longPrompt, document: 'a b c d e ' });
    const error = catchError(() => reader.read(item('x y', { task: 'query' })));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'context_length_exceeded', param: 'input', canFallBack: false });
    expect(String(error)).toContain(`the prompt of the task 'query' has 8 tokens`);
    expect(String(error)).not.toContain(longPrompt.trim());
    expect(reader.read(item('x y', { task: 'document' })).ids).toEqual([1, 97, 98, 99, 100, 101, 120, 2]);
    const { ids, prompt } = reader.read(item('p q r s t u', { task: 'query', truncate: 'start' }));
    expect([ids.slice(1, -1), prompt]).toEqual([[112, 113, 114, 115, 116, 117], 1]);
  });

  test('refuses a prompt of megabytes without tokenizing it', () => {
    let characters = 0;
    const counting = (text: string): number[] => {
      characters += text.length;
      return [1, 97, 2];
    };
    const reader = makeReader(counting, { query: 'look '.repeat(1_000_000) });
    expect(catchError(() => reader.read(item('a', { task: 'query', truncate: 'start' })))).toMatchObject({
      code: 'context_length_exceeded',
    });
    expect(catchError(() => reader.count({ texts: ['a'], task: 'query' }))).toMatchObject({
      code: 'context_length_exceeded',
    });
    expect(characters).toBeLessThan(100);
  });

  test('leaves no token of the text out for a prompt that was given up with its start', () => {
    const reader = makeReader(undefined, { query: 'a b c d ' });
    const start = (text: string): unknown => reader.read(item(text, { task: 'query', truncate: 'start' }));
    // The special token before a prompt doesn't count with it, nor without it. Of words this long a part holds one more than count, whose place could be a prompt's.
    expect(start(`${'x'.repeat(160)} `.repeat(30))).toMatchObject({ truncated: true, content: 6, prompt: 1 });
    expect(start('p q r s t u')).toMatchObject({ truncated: true, content: 6, prompt: 1 });
    expect(start('p q r s')).toMatchObject({ truncated: true, content: 4, prompt: 3 });
  });

  test('counts a text far over the limit only as far as shows that', () => {
    const { counts, frame, maxTokens } = makeReader().count({ texts: ['a b', 'word '.repeat(100_000)], task: 'query' });
    expect([counts[0], frame, maxTokens]).toEqual([6, 4, 8]);
    expect(counts[1]).toBeGreaterThan(8);
    expect(counts[1]).toBeLessThan(2000);
  });
});

describe('TokenReader.list', () => {
  test('lists the tokens of texts with where they are, and none of the prompt', () => {
    const { ids, ranges, counts, truncated } = makeReader().list({ texts: ['one two', 'three'], task: 'query' });
    const [look, forWord] = ['l'.charCodeAt(0), 'f'.charCodeAt(0)];
    expect([...counts]).toEqual([6, 5]);
    expect([...ids.subarray(0, 6)]).toEqual([1, look, forWord, 'o'.charCodeAt(0), 't'.charCodeAt(0), 2]);
    expect([...ranges.subarray(0, 12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 3, 4, 7, 7, 7]);
    expect([...truncated]).toEqual([0, 0]);
  });

  test('cuts as the model does', () => {
    const { ranges, counts, truncated } = makeReader().list({ texts: ['a b c d e f g h'] });
    expect([...counts]).toEqual([8]);
    expect([...ranges.subarray(12, 16)]).toEqual([10, 11, 11, 11]);
    expect([...truncated]).toEqual([1]);
  });

  test('finds tokens far into a text', () => {
    const text = `${'a '.repeat(2000)}end`;
    const { ranges } = makeReader(undefined, {}).list({ texts: [text] });
    expect([...ranges.subarray(2, 6)]).toEqual([0, 1, 2, 3]);
  });
});
