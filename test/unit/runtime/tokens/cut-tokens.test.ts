import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutTokens, type SpecialTokens } from '../../../../src/runtime/tokens/cut-tokens.js';

const CLS = 101;
const SEP = 102;
const BERT: SpecialTokens = { prefix: [CLS], suffix: [SEP] };
const NONE: SpecialTokens = { prefix: [], suffix: [] };

describe('cutTokens', () => {
  test.each([
    ['shorter than the limit', 10],
    ['exactly as long as the limit', 5],
  ])('leaves ids alone that are %s', (_what, limit) => {
    const ids = [CLS, 1, 2, 3, SEP];
    expect(cutTokens(ids, limit, 'end', BERT)).toEqual({ ids, truncated: false });
  });

  test.each([
    ['end', [CLS, 1, 2, SEP]],
    ['start', [CLS, 3, 4, SEP]],
    ['error', [CLS, 1, 2, SEP]],
  ] as const)('keeps the special tokens when it cuts for %s', (side, expected) => {
    expect(cutTokens([CLS, 1, 2, 3, 4, SEP], 4, side, BERT)).toEqual({ ids: expected, truncated: true });
  });

  test.each([
    ['end', [1, 2, 3]],
    ['start', [3, 4, 5]],
  ] as const)('uses the whole limit for ids without special tokens, cut at the %s', (side, expected) => {
    for (const special of [BERT, NONE]) {
      expect(cutTokens([1, 2, 3, 4, 5], 3, side, special)).toEqual({ ids: expected, truncated: true });
    }
  });

  test.each<[what: string, ids: number[], expected: number[]]>([
    ['a prefix alone', [CLS, 1, 2, 3], [CLS, 1, 2]],
    ['a suffix alone', [1, 2, 3, SEP], [1, 2, SEP]],
    ['special tokens in the middle, which are content', [1, CLS, SEP, 2], [1, CLS, SEP]],
  ])('keeps %s', (_what, ids, expected) => {
    expect(cutTokens(ids, 3, 'end', BERT).ids).toEqual(expected);
  });

  test('keeps special tokens of several ids', () => {
    const special = { prefix: [1, 2], suffix: [8, 9] };
    expect(cutTokens([1, 2, 3, 4, 5, 8, 9], 5, 'end', special).ids).toEqual([1, 2, 3, 8, 9]);
    expect(cutTokens([1, 2, 3, 4, 5, 8, 9], 5, 'start', special).ids).toEqual([1, 2, 5, 8, 9]);
  });

  test.each(['end', 'start'] as const)(
    'keeps only the special tokens when the limit has no room for more: %s',
    (side) => {
      for (const limit of [2, 1]) {
        expect(cutTokens([CLS, 1, 2, SEP], limit, side, BERT)).toEqual({ ids: [CLS, SEP], truncated: true });
      }
    },
  );

  test("doesn't change the ids it is given", () => {
    const ids = [CLS, 1, 2, 3, SEP];
    cutTokens(ids, 3, 'start', BERT);
    expect(ids).toEqual([CLS, 1, 2, 3, SEP]);
  });
});

describe('of any ids, cutTokens', () => {
  const content = fc.array(fc.integer({ min: 200, max: 999 }), { maxLength: 40 });
  const special = fc.record({
    prefix: fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 3 }),
    suffix: fc.array(fc.integer({ min: 100, max: 199 }), { maxLength: 3 }),
  });
  const side = fc.constantFrom('end', 'start', 'error');
  const spare = fc.nat({ max: 45 });

  test('never gives more than the limit, as long as that holds the special tokens', () => {
    fc.assert(
      fc.property(content, special, side, spare, fc.boolean(), (text, { prefix, suffix }, where, room, isFramed) => {
        const limit = Math.max(1, prefix.length + suffix.length + room);
        const ids = isFramed ? [...prefix, ...text, ...suffix] : text;
        const cut = cutTokens(ids, limit, where, { prefix, suffix });
        expect(cut.ids.length).toBe(Math.min(limit, ids.length));
        expect(cut.truncated).toBe(ids.length > limit);
      }),
    );
  });

  test('keeps the special tokens and one end of the content', () => {
    fc.assert(
      fc.property(content, special, side, spare, (text, { prefix, suffix }, where, room) => {
        const cut = cutTokens([...prefix, ...text, ...suffix], prefix.length + suffix.length + room, where, {
          prefix,
          suffix,
        });
        const kept = where === 'start' ? text.slice(Math.max(0, text.length - room)) : text.slice(0, room);
        expect(cut.ids).toEqual([...prefix, ...kept, ...suffix]);
      }),
    );
  });
});
