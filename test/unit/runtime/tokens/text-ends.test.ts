import { describe, expect, test } from 'vitest';
import { takeHead, takeTail } from '../../../../src/runtime/tokens/text-ends.js';

describe('takeHead and takeTail', () => {
  test('cut where words end', () => {
    expect(takeHead('one two three', 9)).toBe('one two');
    expect(takeTail('one two three', 10)).toBe(' two three');
  });

  test.each([
    ['a letter and its mark', 'e\u0301'],
    ['a letter and several marks', 'a\u0323\u0302\u0301'],
    ['the halves of an emoji', '😀'],
    ['emoji that are joined', '👩‍👧‍👦'],
    ['the letters of a syllable', '\u1112\u1161\u11ab'],
  ])('do not split %s', (_, character) => {
    const text = character.repeat(10);
    for (let most = character.length; most < text.length; most++) {
      const whole = character.repeat(Math.floor(most / character.length));
      expect(takeHead(text, most)).toBe(whole);
      expect(takeTail(text, most)).toBe(whole);
    }
  });

  test('split a run of marks that no writing has, and take about as much as was asked for', () => {
    const text = `e${'\u0301'.repeat(1000)}`;
    expect(takeHead(text, 500)).toBe(text.slice(0, 500));
    expect(takeTail(text, 500)).toHaveLength(500);
  });
});
