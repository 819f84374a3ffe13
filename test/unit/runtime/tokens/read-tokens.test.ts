import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxCharacters, maxNormalized } from '../../../../src/models/text-limit.js';
import { cutTokens } from '../../../../src/runtime/tokens/cut-tokens.js';
import { readTokens } from '../../../../src/runtime/tokens/read-tokens.js';
import { openTokenizer, type TextTokenizer } from '../../../../src/runtime/tokens/tokenizer.js';
import { makeTokenizer } from '../../../support/tiny-models.js';
import { readModelFile } from '../../scripts/model/support.js';

const MAX_CHARACTERS = maxCharacters(128);

/** Ids by Rust for many kinds of tokenizers, where they lie beside the checkout. */
const GOLDEN = join(import.meta.dirname, '../../../../../shared/golden/tokenizers');
/** Every way of splitting and of making tokens once. */
const KINDS = [
  ...['albert', 'bert-uncased', 'bert-multilingual-cased', 'bloom', 'clip', 'deberta-v2', 'deepseek', 'fixed-length'],
  ...[
    'gemma',
    'gpt2',
    'llama2',
    'llama3',
    'mpnet',
    'qwen2-nfc',
    'roberta',
    'split-behaviours',
    't5',
    'xlmr-own-charsmap',
  ],
  ...['wordlevel-whitespace', 'added-tokens-wordpiece', 'unigram-whitespace-first-split', 'bpe-fuse-unk-metaspace'],
];

const parse = (text: string): object => JSON.parse(text) as object;
const bundled = openTokenizer(
  parse(Buffer.from(readModelFile('tokenizer.json')).toString()),
  parse(Buffer.from(readModelFile('tokenizer_config.json')).toString()),
);
const tiny = openTokenizer(makeTokenizer() as object);

/** Long texts, of words, of runs without a blank, of blanks, or of characters that only stand together. */
const piece = fc.oneof(
  fc.constantFrom(
    'The quick brown fox',
    'one two',
    '東京タワー',
    '안녕하세요',
    'Größe',
    '👩‍👩‍👧',
    'e\u0301',
    '3.14',
    "don't",
    '\n\n',
    '...',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .constantFrom('a', '.', ' ', 'ab')
    .chain((unit) => fc.integer({ min: 1, max: 60 }).map((times) => unit.repeat(times))),
);
const longText = fc
  .tuple(
    fc.array(piece, { minLength: 4, maxLength: 30 }),
    fc.constantFrom('', ' ', '\n'),
    fc.integer({ min: 2500, max: 9000 }),
  )
  .map(([pieces, glue, length]) => {
    const text = pieces.join(glue) + glue;
    return text === '' ? 'a' : text.repeat(Math.ceil(length / text.length));
  });

/** Whether cutting what was read gives what cutting the whole text's tokens gives. */
function expectSameTokens(
  tokenizer: TextTokenizer,
  text: string,
  prompt: string,
  most: number,
  side: 'end' | 'start',
): void {
  const read = readTokens(tokenizer, { prompt, text }, most, side);
  const expected = cutTokens(tokenizer.tokenize(prompt + text), most, side, tokenizer.specialTokens);
  const cut = cutTokens(read.ids, most, side, tokenizer.specialTokens);
  expect(cut.ids).toEqual(expected.ids);
  expect(cut.truncated || !read.isWhole).toBe(expected.truncated);
}

function check(tokenizer: TextTokenizer, numRuns: number): void {
  const property = fc.property(
    longText,
    fc.constantFrom('', 'query: '),
    fc.constantFrom(16, 128),
    fc.constantFrom('end' as const, 'start' as const),
    (text, prompt, most, side) => {
      expectSameTokens(tokenizer, text, prompt, most, side);
    },
  );
  fc.assert(property, { numRuns });
}

describe('readTokens gives what cutting all tokens gives', () => {
  test('for the bundled model (Unigram)', () => {
    check(bundled, 40);
  });

  test('for a tiny BERT', () => {
    check(tiny, 40);
  });

  test.each(['\ufdfa', '\ufdfa ', '㌀', 'one \ufdfa\ufdfa two '])(
    'for more of what NFKC spells out than is read (%s)',
    (unit) => {
      const text = unit.repeat(Math.ceil(60_000 / unit.length));
      for (const side of ['end', 'start'] as const) expectSameTokens(bundled, text, 'query: ', 128, side);
    },
  );

  test.skipIf(!existsSync(GOLDEN)).each(KINDS)('for the kind %s', (kind) => {
    const configs = parse(readFileSync(join(GOLDEN, 'configs.json'), 'utf8')) as Record<string, object>;
    const file = parse(readFileSync(join(GOLDEN, 'tokenizers', `${kind}.json`), 'utf8'));
    check(openTokenizer(file, configs[kind]), 6);
  });
});

/** A tokenizer whose tokens are a text's characters, and how many it was given. */
function countingTokenizer(tokenize: (text: string) => number[]): { tokenizer: TextTokenizer; given: () => number } {
  let characters = 0;
  const tokenizer = {
    specialTokens: { prefix: [1], suffix: [2] },
    tokenize: (text: string) => {
      characters += text.length;
      return [1, ...tokenize(text), 2];
    },
    locate: () => ({ ids: [], ranges: [] }),
  };
  return { tokenizer, given: () => characters };
}

describe('readTokens', () => {
  const byWord = (text: string): number[] =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => 10 + word.length);

  test.each(['end', 'start'] as const)('tokenizes a few thousand characters of a very long text (%s)', (side) => {
    const { tokenizer, given } = countingTokenizer(byWord);
    const read = readTokens(tokenizer, { prompt: '', text: 'word '.repeat(2_000_000) }, 128, side);
    expect(read.isWhole).toBe(false);
    expect(read.ids.length).toBeGreaterThan(128);
    expect(given()).toBeLessThan(10_000);
  });

  test.each([
    ['end', true],
    ['start', false],
  ] as const)('says whether the prompt is among what was read (%s)', (side, hasPrompt) => {
    const { tokenizer } = countingTokenizer(byWord);
    const text = 'word '.repeat(5000);
    expect(readTokens(tokenizer, { prompt: 'a b ', text }, 128, side)).toMatchObject({ isWhole: false, hasPrompt });
    // A part that began within the prompt would hold only some of it.
    expect(readTokens(tokenizer, { prompt: 'bb '.repeat(5000), text: 'a b' }, 128, 'start').hasPrompt).toBe(true);
  });

  test('tokenizes a short text once', () => {
    const { tokenizer, given } = countingTokenizer(byWord);
    expect(readTokens(tokenizer, { prompt: 'a ', text: 'bb ccc' }, 3, 'end')).toEqual({
      ids: [1, 11, 12, 13, 2],
      isWhole: true,
      hasPrompt: true,
    });
    expect(given()).toBe('a bb ccc'.length);
  });

  test('reads on for as long as blanks make no tokens', () => {
    const { tokenizer } = countingTokenizer(byWord);
    const text = `${' '.repeat(100_000)}one two three`;
    expect(readTokens(tokenizer, { prompt: '', text }, 128, 'end')).toEqual({
      ids: [1, 13, 13, 15, 2],
      isWhole: true,
      hasPrompt: true,
    });
  });

  test('reads no more than a million characters, and says that there are others', () => {
    const { tokenizer, given } = countingTokenizer(byWord);
    const text = 'x'.repeat(MAX_CHARACTERS * 4);
    expect(readTokens(tokenizer, { prompt: '', text }, 128, 'end')).toEqual({
      ids: [1, 10 + MAX_CHARACTERS, 2],
      isWhole: false,
      hasPrompt: true,
    });
    expect(given()).toBeLessThan(MAX_CHARACTERS * 3);
  });

  test('takes a word for as long as it is before it is unknown', () => {
    // Longer words than 5,000 letters are one unknown token; shorter ones have a token a letter.
    const { tokenizer } = countingTokenizer((text) => (text.length > 5000 ? [0] : Array.from(text, () => 5)));
    const read = readTokens({ ...tokenizer, longestWord: 5000 }, { prompt: '', text: 'x'.repeat(30_000) }, 128, 'end');
    expect(read.ids).toEqual([1, 0, 2]);
  });

  test.each(['end', 'start'] as const)('reads no more than has so many characters in normal form (%s)', (side) => {
    let given = '';
    const { tokenizer } = countingTokenizer((text) => {
      given = text;
      return [5];
    });
    const countNormalized = (text: string): number => text.normalize('NFKC').length;
    const text = `first ${'\ufdfa'.repeat(100_000)} last`;
    const read = readTokens({ ...tokenizer, countNormalized }, { prompt: '', text }, 128, side);
    expect(read).toEqual({ ids: [1, 5, 2], isWhole: false, hasPrompt: true });
    expect(given).toMatch(side === 'start' ? /^\ufdfa+ last$/ : /^first \ufdfa+$/);
    expect(countNormalized(given)).toBeLessThanOrEqual(maxNormalized(128));
    expect(countNormalized(given)).toBeGreaterThan(maxNormalized(128) / 2);
  });

  test('reads all of a long text that grows no more than writing does', () => {
    const { tokenizer, given } = countingTokenizer(() => [5]);
    // Three letters of Hangul come of one in NFD.
    const countNormalized = (text: string): number => text.normalize('NFD').length;
    const text = '한'.repeat(MAX_CHARACTERS);
    const read = readTokens(
      { ...tokenizer, countNormalized, countsFromStart: true },
      { prompt: '', text },
      128,
      'start',
    );
    expect(read.isWhole).toBe(true);
    expect(given()).toBe(MAX_CHARACTERS);
  });
});
