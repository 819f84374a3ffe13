/** Normal forms are those of Hugging Face's Rust tokenizers, where engines or older ways of doing it would give others. */
import { expect, test } from 'vitest';
import { createNormalizer } from '../../../../../src/runtime/tokens/normalize/normalize.js';
import type { NormalizerFile } from '../../../../../src/runtime/tokens/normalize/normalizer-file.js';

type Case = readonly [name: string, part: object, text: string, normal: string];

/** With the forms that tokenizers 0.23.2 gives. */
const CASES: readonly Case[] = [
  ['an empty text everywhere', { type: 'Replace', pattern: { String: '' }, content: '-' }, 'a😀b', '-a-😀-b-'],
  ['no empty match behind another', { type: 'Replace', pattern: { Regex: 'a*' }, content: '-' }, 'baaac', '-b-c-'],
  [
    'nothing in an empty text',
    {
      type: 'Sequence',
      normalizers: [
        { type: 'Strip', strip_left: true, strip_right: true },
        { type: 'Replace', pattern: { Regex: '^' }, content: '_' },
      ],
    },
    '  ',
    '',
  ],
  [
    'what is newer than Unicode 16',
    { type: 'Replace', pattern: { Regex: '\\p{L}' }, content: '$&' },
    'a\u{2b73a}',
    '$&\u{2b73a}',
  ],
  ['marks that are letters now', { type: 'StripAccents' }, 'a\u1cf2\u0301\u{11145}', 'a\u{11145}'],
  [
    'nonspacing marks that are spacing now',
    { type: 'BertNormalizer', clean_text: false, handle_chinese_chars: false, strip_accents: true, lowercase: false },
    'a\u1734\u{1171e}\u0897é',
    'a\u0897e',
  ],
  [
    'NFC: newer marks, which no others pass',
    { type: 'NFC' },
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 \ufb01\u0301',
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 \ufb01\u0301',
  ],
  [
    'NFD: newer marks, which no others pass',
    { type: 'NFD' },
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 \ufb01\u0301',
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 \ufb01\u0301',
  ],
  [
    'NFKC: newer marks, which no others pass',
    { type: 'NFKC' },
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 \ufb01\u0301',
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 fí',
  ],
  [
    'NFKD: newer marks, which no others pass',
    { type: 'NFKD' },
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 \ufb01\u0301',
    'a\u0345\u1ac1\u0301 e\u{10efd}\u0301 \u{105d2}\u0307 fi\u0301',
  ],
];

test.each(CASES)('knows %s as Rust does', (_name, part, text, normal) => {
  expect(createNormalizer(part as NormalizerFile)(text)).toBe(normal);
});
