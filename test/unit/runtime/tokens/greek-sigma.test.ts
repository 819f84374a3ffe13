import { describe, expect, test } from 'vitest';
import { lowerCases, lowerSigma } from '../../../../src/runtime/tokens/greek-sigma.js';

test('lowerSigma gives σ everywhere, so that lower-casing finds no Σ to make ς of', () => {
  expect(lowerSigma('ΟΔΟΣ ΣΙΓΜΑ ς').toLowerCase()).toBe('οδοσ σιγμα ς');
  expect('ΟΔΟΣ'.toLowerCase()).toBe('οδος');
});

describe('lowerCases', () => {
  test.each([
    [true, { type: 'BertNormalizer', lowercase: true }],
    [false, { type: 'BertNormalizer', lowercase: false }],
    [true, { type: 'Lowercase' }],
    [true, { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] }],
    [false, { type: 'Sequence', normalizers: [{ type: 'NFC' }] }],
    [false, { type: 'NFKC' }],
    [false, null],
  ])('is %j for %j', (expected, normalizer) => {
    expect(lowerCases({ normalizer })).toBe(expected);
  });

  test('is false without a normalizer', () => {
    expect(lowerCases({})).toBe(false);
  });
});
