/** Pieces are those of Hugging Face's Rust tokenizers, where engines or older ways of doing it would give others. */
import { expect, test } from 'vitest';
import { createSplit } from '../../../../../src/runtime/tokens/split/split.js';
import type { SplitFile } from '../../../../../src/runtime/tokens/split/split-file.js';

type Case = readonly [name: string, part: object, text: string, pieces: readonly string[]];

/** With the pieces that tokenizers 0.23.2 gives. */
const CASES: readonly Case[] = [
  [
    'capital letters where case is ignored',
    {
      type: 'Split',
      pattern: {
        Regex:
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      },
      behavior: 'Isolated',
      invert: false,
    },
    "I'MI'LLab we'Reap",
    ['I', "'M", 'I', "'LL", 'ab', ' we', "'Re", 'ap'],
  ],
  [
    'what is the same but for case, beyond a pair',
    { type: 'Split', pattern: { Regex: '(?i:σ+|в|[a-k]|[[:upper:]])' }, behavior: 'Isolated', invert: false },
    'ςΣσ-\u1c80Вв-K\u212a-x1',
    ['ςΣσ', '-', '\u1c80', 'В', 'в', '-', 'K', '\u212a', '-', 'x', '1'],
  ],
  [
    'properties whose case is ignored, in a class only',
    { type: 'Split', pattern: { Regex: '(?i:[^\\p{Lu}]|\\p{Lu}{2})' }, behavior: 'Isolated', invert: false },
    'aB1-AB',
    ['aB', '1', '-', 'AB'],
  ],
  [
    'a flag up to the end of its group',
    { type: 'Split', pattern: { Regex: 'a(?i)b|c' }, behavior: 'Isolated', invert: false },
    'abaBAcaCc',
    ['ab', 'aB', 'Ac', 'aC', 'c'],
  ],
  [
    'digits above the line as parts of words, outside of a class',
    { type: 'Split', pattern: { Regex: '\\w+|[\\w]' }, behavior: 'Isolated', invert: false },
    'a²½-³',
    ['a²½', '-', '³'],
  ],
  [
    'words that end at such a digit',
    { type: 'Split', pattern: { Regex: '\\b' }, behavior: 'MergedWithNext', invert: false },
    '!²!',
    ['!', '²', '!'],
  ],
  [
    'symbols as punctuation of POSIX',
    { type: 'Split', pattern: { Regex: '[[:punct:]]' }, behavior: 'Isolated', invert: false },
    'a€b$+',
    ['a', '€', 'b', '$', '+'],
  ],
  [
    'no empty match behind another match',
    { type: 'Split', pattern: { Regex: 'a*' }, behavior: 'MergedWithNext', invert: false },
    'baaac',
    ['b', 'aaac'],
  ],
  [
    'ends of lines, and no halves of characters',
    { type: 'Split', pattern: { Regex: '$' }, behavior: 'MergedWithNext', invert: false },
    '😀\n😀',
    ['😀', '\n😀'],
  ],
  [
    'the start of a text',
    { type: 'Split', pattern: { Regex: '\\A|^b' }, behavior: 'Isolated', invert: false },
    '😀ab\nb',
    ['😀ab\n', 'b'],
  ],
  [
    'nothing within characters of two halves',
    { type: 'Split', pattern: { Regex: '\\B' }, behavior: 'Isolated', invert: false },
    'a😀 b',
    ['a😀', ' b'],
  ],
  [
    'an empty text everywhere',
    { type: 'Split', pattern: { String: '' }, behavior: 'Isolated', invert: false },
    'a😀b',
    ['a', '😀', 'b'],
  ],
  [
    'a fixed number that may be left out',
    { type: 'Split', pattern: { Regex: 'a{2}?b' }, behavior: 'Isolated', invert: false },
    'aabab b',
    ['aab', 'a', 'b', ' ', 'b'],
  ],
  [
    'braces that are no quantifier',
    { type: 'Split', pattern: { Regex: 'a{}|{,}|b{,1}c' }, behavior: 'Isolated', invert: false },
    'a{}{,}bcc',
    ['a{}', '{,}', 'bc', 'c'],
  ],
  [
    'possessive quantifiers',
    { type: 'Split', pattern: { Regex: 'a?+ab|c++|(?>d|de)f' }, behavior: 'Isolated', invert: false },
    'aabccdfdef',
    ['aab', 'cc', 'df', 'def'],
  ],
  [
    'classes in classes',
    { type: 'Split', pattern: { Regex: '[a-f&&[^c-d]x]+|[[^\\W]&&[^a-z]]' }, behavior: 'Isolated', invert: false },
    'abcdefxY²1',
    ['ab', 'cd', 'ef', 'x', 'Y', '²', '1'],
  ],
  [
    'line ends as one',
    { type: 'Split', pattern: { Regex: '\\R' }, behavior: 'Isolated', invert: false },
    'a\r\nb\r\rc\u2028',
    ['a', '\r\n', 'b', '\r', '\r', 'c', '\u2028'],
  ],
  [
    'hexadecimal digits, and others',
    { type: 'Split', pattern: { Regex: '\\h+|\\H' }, behavior: 'Isolated', invert: false },
    'caféG',
    ['caf', 'é', 'G'],
  ],
  [
    'letters that were small ones',
    { type: 'Split', pattern: { Regex: '\\p{Ll}+' }, behavior: 'Isolated', invert: false },
    'aʕb',
    ['aʕb'],
  ],
  [
    'what is newer than Unicode 16',
    { type: 'Split', pattern: { Regex: '\\p{L}+|\\p{M}|\\p{S}|\\p{C}+' }, behavior: 'Isolated', invert: false },
    'a\u{2b73a}\u1acf\u20c1b',
    ['a', '\u{2b73a}\u1acf\u20c1', 'b'],
  ],
  ['words with what is newer', { type: 'Whitespace' }, 'a\u1acfb \u{2b73a}', ['a', '\u1acf', 'b', '\u{2b73a}']],
  ['punctuation of before', { type: 'BertPreTokenizer' }, 'a\u166db\u{111c9}', ['a', '\u166d', 'b', '\u{111c9}']],
  [
    'punctuation of before, by itself',
    { type: 'Punctuation', behavior: 'Isolated' },
    'a\u166db\u{111c9}',
    ['a', '\u166d', 'b', '\u{111c9}'],
  ],
  [
    'newer digits',
    { type: 'Digits', individual_digits: true },
    'a\u{11de0}\u{11de1}²',
    ['a', '\u{11de0}', '\u{11de1}', '²'],
  ],
  [
    'writings that were others',
    { type: 'UnicodeScripts' },
    '1\u061c\u0589अ\u0953ω\u0953',
    ['1\u061c\u0589', 'अ\u0953', 'ω', '\u0953'],
  ],
  [
    'newer writings',
    { type: 'UnicodeScripts' },
    'a\u0560бͰ 日ー\u{1fbf0}カ a',
    ['a\u0560', 'б', 'Ͱ ', '日ー\u{1fbf0}カ ', 'a'],
  ],
];

test.each(CASES)('finds %s as Rust does', (_name, part, text, pieces) => {
  const own: string[] = [];
  createSplit(part as SplitFile, { hasPlaces: false })(text, 0, (piece) => own.push(piece));
  expect(own).toEqual(pieces);
});

test('refuses pieces of no length', () => {
  expect(() => createSplit({ type: 'FixedLength', length: 0 }, { hasPlaces: false })).toThrow('fixed length');
});
