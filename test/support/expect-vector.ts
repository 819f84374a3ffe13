/** What tests of tiny models share. */
import { expect } from 'vitest';
import { toIds } from './tiny-vectors.js';

/** The ids of words in [CLS] … [SEP]. */
export function frame(words: string): number[] {
  return toIds(`[CLS] ${words} [SEP]`);
}

/** Fails unless every number agrees to five digits. */
export function expectVector(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => {
    expect(actual?.[index]).toBeCloseTo(value, 5);
  });
}
