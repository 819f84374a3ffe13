/** Where a text's tokens are in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TokenPipeline, type TokenizerFile } from '../../../../src/runtime/tokens/pipeline.js';
import { ROOT } from '../../../../scripts/package/paths.js';

const { texts, kinds } = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/rust-tokenizers.json'), 'utf8')) as {
  texts: string[];
  kinds: Record<string, { tokenizer: TokenizerFile }>;
};

/** The text of each token but the special ones around. */
function cut(file: TokenizerFile, text: string): string[] {
  const pipeline = new TokenPipeline(file);
  const { ids, ranges } = pipeline.encodeWithRanges(text);
  const parts = ids.map((_, index) => text.slice(ranges[2 * index], ranges[2 * index + 1]));
  return parts.slice(pipeline.frame.before.length, parts.length - pipeline.frame.behind.length);
}

const words = (list: string[]): Record<string, number> => Object.fromEntries(list.map((word, id) => [word, id]));
const bert: TokenizerFile = {
  normalizer: { type: 'BertNormalizer' },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  model: {
    type: 'WordPiece',
    vocab: words(['[UNK]', 'un', '##able', 'hello', '日', '本', 'et', 'fi', '##ne', ',']),
    unk_token: '[UNK]',
  },
  added_tokens: [{ id: 20, content: '[MASK]', lstrip: true }],
};

describe.each(Object.entries(kinds))('the tokenizer %s', (_name, { tokenizer }) => {
  const pipeline = new TokenPipeline(tokenizer);

  test('gives the same ids with ranges, which are in order and within the text', () => {
    for (const text of texts) {
      const { ids, ranges } = pipeline.encodeWithRanges(text);
      expect(ids).toEqual(pipeline.encode(text));
      expect(ranges).toHaveLength(2 * ids.length);
      for (let index = 1; index < ids.length; index++) {
        const [before = 0, start = 0, end = 0] = [ranges[2 * index - 2], ranges[2 * index], ranges[2 * index + 1]];
        expect(start, JSON.stringify(text)).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }
  });

  test('covers all letters of a text of words', () => {
    const parts = cut(tokenizer, 'one two, three');
    expect(parts.join('').replaceAll(/[ ,]/g, '')).toBe('onetwothree');
  });
});

test.each<[text: string, expected: string[]]>([
  ['Unable  HELLO', ['Un', 'able', 'HELLO']],
  ['日本, e\u0301t', ['日', '本', ',', 'e\u0301t']],
  ['ﬁne \u0000hello', ['ﬁne', 'hello']],
  ['hello  [MASK] zebra', ['hello', '  [MASK]', 'zebra']],
])('tokens of %j are where they were written', (text, expected) => {
  expect(cut(bert, text)).toEqual(expected);
});

test('every byte of a character is where the character is, and a blank that was put there is nowhere', () => {
  const vocab = words(['Ġ', 'a', 'ð', 'Ł', 'ĺ', 'Ģ']);
  const file: TokenizerFile = { pre_tokenizer: { type: 'ByteLevel' }, model: { type: 'BPE', vocab, merges: [] } };
  expect(cut(file, 'a 😀')).toEqual(['', 'a', ' ', '😀', '😀', '😀', '😀']);
});

test('blanks of words are theirs, and what a normalizer puts before a text is nowhere', () => {
  const vocab = words(['▁', 'a', 'b', '▁b']);
  const model = { type: 'BPE', vocab, merges: ['▁ b'] };
  expect(cut({ pre_tokenizer: { type: 'Metaspace' }, model }, 'a b')).toEqual(['', 'a', ' b']);
  const normalizers = [
    { type: 'Prepend', prepend: '▁' },
    { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  ];
  expect(cut({ normalizer: { type: 'Sequence', normalizers }, model }, 'a b')).toEqual(['', 'a', ' b']);
});
