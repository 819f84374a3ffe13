import { describe, expect, test } from 'vitest';
import { orderMarks } from '../../../../../src/runtime/tokens/normalize/order-marks.js';
import { normalForm } from '../../../../../src/runtime/tokens/normalize/normal-form.js';

const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'];
/** Of classes 220, 230, 240, 1, 9 and 0, and two that are made of two marks each. */
const MARKS = ['\u0316', '\u0301', '\u0345', '\u0334', '\u094d', '\u0903', '\u0344', '\u0f73'];

/** Each mark in turn, by steps that mix them. */
function mixMarks(count: number): string {
  return Array.from({ length: count }, (_, index) => MARKS[((index * index + 3 * index) % 11) % MARKS.length]).join('');
}

describe('a long run of combining marks', () => {
  test.each(FORMS)('that is put in order has the same %s', (form) => {
    const text = `ab${mixMarks(700)}c ${mixMarks(300)}`;
    expect(orderMarks(text).normalize(form)).toBe(text.normalize(form));
  });

  test('is in the order of normal forms, so that these take no time', () => {
    const ordered = normalForm('NFD')(`a${'\u0301\u0316'.repeat(65_536)}`);
    expect(ordered === `a${'\u0316'.repeat(65_536)}${'\u0301'.repeat(65_536)}`).toBe(true);
  });
});

test('a short run of marks stays as it is', () => {
  const text = `Z${MARKS.join('')}`.repeat(100);
  expect(orderMarks(text)).toBe(text);
});
