import { describe, expect, test } from 'vitest';
import { toWellFormed } from '../../../src/util/well-formed.js';

describe('toWellFormed', () => {
  test.each([
    ['the first half of an emoji', 'a\ud83d', 'a\ufffd'],
    ['the second half', '\ude00b', '\ufffdb'],
    ['halves in the wrong order', '\ude00\ud83d', '\ufffd\ufffd'],
    ['two first halves', '\ud83d\ud83d\ude00', '\ufffd\ud83d\ude00'],
  ])('replaces %s', (_what, text, expected) => {
    expect(toWellFormed(text)).toBe(expected);
  });

  test.each(['', 'plain', 'whole 🎉👩‍👩‍👧', '\ufffd', '\u0000'])('leaves %j as it is', (text) => {
    expect(toWellFormed(text)).toBe(text);
  });
});
