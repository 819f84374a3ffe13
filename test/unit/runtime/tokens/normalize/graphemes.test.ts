import { describe, expect, test } from 'vitest';
import { splitGraphemes } from '../../../../../src/runtime/tokens/normalize/graphemes.js';

/** By the engine, all at once. */
function splitAtOnce(text: string): string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

describe('splitGraphemes', () => {
  test.each<[what: string, text: string]>([
    ['families', 'a👨‍👩‍👧😀'.repeat(400)],
    ['flags', `a${'🇫🇷🇯🇵🇧'.repeat(300)}`],
    ['a letter with very many marks', `a${'\u0301'.repeat(5000)}b`],
    ['Hangul by its letters', '\u1112\u1161\u11ab'.repeat(700)],
    ['words of India', 'क्षत्रिय श्री '.repeat(200)],
    ['line ends', 'ab\r\n'.repeat(600)],
  ])('divides a long text of %s as the engine does at once', (_what, text) => {
    for (const start of [0, 1, 2, 3]) {
      const rest = text.slice(start);
      expect([...(splitGraphemes(rest) ?? [])]).toEqual(splitAtOnce(rest));
    }
  });

  test('leaves a text alone in which every character is one', () => {
    expect(splitGraphemes('plain 日本 ü')).toBeUndefined();
  });
});
