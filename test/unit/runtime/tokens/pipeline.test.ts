/** Ids are those of Hugging Face's Rust tokenizers in what the parts of a tokenizer do together. */
import { expect, test } from 'vitest';
import { TokenPipeline, type TokenizerFile } from '../../../../src/runtime/tokens/pipeline.js';

type Case = readonly [name: string, file: object, text: string, ids: readonly number[]];

/** With the ids that tokenizers 0.23.2 gives. */
const CASES: readonly Case[] = [
  [
    'numbers added tokens behind its vocabulary, whatever the file says',
    {
      added_tokens: [
        { id: 90, content: '<a>', special: true },
        { id: 91, content: 'x', special: true },
        { id: 95, content: '<b>', special: true },
      ],
      model: { type: 'WordLevel', vocab: { '?': 0, x: 1, y: 2 }, unk_token: '?' },
    },
    '<a>x<b>y',
    [3, 1, 4, 2],
  ],
  [
    'lets one added token take the number of another, in a vocabulary with gaps',
    {
      added_tokens: [
        { id: 2, content: 'x', special: true },
        { id: 9, content: '<a>', special: true },
      ],
      model: { type: 'WordLevel', vocab: { '?': 0, x: 2, y: 7 }, unk_token: '?' },
    },
    '<a><a>y',
    [3, 3, 7],
  ],
  [
    "makes no token of blanks that are all another's",
    {
      added_tokens: [{ id: 1, content: '  ', lstrip: true, rstrip: true, special: true }],
      model: { type: 'WordLevel', vocab: { '?': 0 }, unk_token: '?' },
    },
    '     ',
    [1],
  ],
  [
    'knows words by Unicode 16',
    {
      added_tokens: [{ id: 1, content: 'ab', single_word: true, special: true }],
      model: { type: 'BPE', unk_token: '?', vocab: { '?': 0, a: 1, b: 2 }, merges: [] },
    },
    'ab\u1acf ab\u0301 ab',
    [3, 0, 0, 1, 2, 0, 0, 3],
  ],
  [
    'marks the first piece, not one behind blanks that are left out',
    {
      normalizer: { type: 'Strip', strip_left: true, strip_right: true },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: true },
      model: { type: 'BPE', unk_token: '?', vocab: { '?': 0, '▁': 1, a: 2, b: 3 }, merges: [] },
    },
    ' a b ',
    [2, 1, 3],
  ],
  [
    'marks the first piece, where only the end is left out',
    {
      normalizer: { type: 'Strip', strip_left: false, strip_right: true },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: true },
      model: { type: 'BPE', unk_token: '?', vocab: { '?': 0, '▁': 1, a: 2, '\n': 3 }, merges: [] },
    },
    '\na ',
    [1, 3, 2],
  ],
  [
    'marks every piece of the first character',
    {
      normalizer: { type: 'NFKC' },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'FixedLength', length: 1 },
          { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: true },
        ],
      },
      model: { type: 'BPE', unk_token: '?', vocab: { '?': 0, '▁': 1, f: 2, i: 3, a: 4 }, merges: [] },
    },
    'ﬁa',
    [1, 2, 1, 3, 4],
  ],
  [
    'marks what was put before the first character, and it',
    {
      normalizer: { type: 'Prepend', prepend: 'x' },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'FixedLength', length: 1 },
          { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: true },
        ],
      },
      model: { type: 'BPE', unk_token: '?', vocab: { '?': 0, '▁': 1, x: 2, a: 3, b: 4 }, merges: [] },
    },
    'ab',
    [1, 2, 1, 3, 4],
  ],
  [
    'needs no unknown token where another way is better',
    {
      model: {
        type: 'Unigram',
        unk_id: null,
        vocab: [
          ['a', -1],
          ['ab', -2],
        ],
      },
    },
    'aba',
    [1, 0],
  ],
];

test.each(CASES)('%s', (_name, file, text, ids) => {
  const pipeline = new TokenPipeline(file as TokenizerFile);
  expect(pipeline.encode(text)).toEqual(ids);
  expect(pipeline.encodeWithRanges(text).ids).toEqual(ids);
});

const TEXT = { Sequence: { id: 'A' } };
const TEMPLATE = { type: 'TemplateProcessing', single: [TEXT], special_tokens: {} };
const MODEL = { type: 'WordLevel', vocab: { '[UNK]': 0 }, unk_token: '[UNK]' };

test.each([
  ['a text that is there twice', { ...TEMPLATE, single: [TEXT, TEXT] }, 'once'],
  ['a text that is nowhere', { ...TEMPLATE, single: [] }, 'once'],
  ['a template behind another', { type: 'Sequence', processors: [TEMPLATE, TEMPLATE] }, 'behind'],
])('refuses %s', (_name, processor, message) => {
  const file = { model: MODEL, post_processor: processor } as TokenizerFile;
  expect(() => new TokenPipeline(file)).toThrow(message);
});
