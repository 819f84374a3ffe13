import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchBudget } from '../../../../../src/targets/local/queue/batch-budget.js';

/** A budget after these measurements, each of tokens and milliseconds. */
function budgetAfter(...measurements: [tokens: number, elapsedMs: number][]): number {
  const budget = new BatchBudget();
  for (const [tokens, elapsedMs] of measurements) budget.observe(tokens, elapsedMs);
  return budget.tokens;
}

describe('BatchBudget', () => {
  test('tells the speed from the fourth measurement on', () => {
    const budget = new BatchBudget();
    for (const expected of [undefined, undefined, undefined, 10, 10]) {
      budget.observe(100, 10);
      expect(budget.tokensPerMs).toBe(expected);
    }
  });

  test('guesses 128 tokens before anything is measured', () => {
    expect(budgetAfter()).toBe(128);
  });

  test('holds what the device does in 60 ms', () => {
    expect(budgetAfter([100, 10])).toBe(600);
    expect(budgetAfter([100, 200])).toBe(30);
  });

  test('follows the newest measurement by three tenths', () => {
    expect(budgetAfter([100, 10], [200, 10])).toBe(780);
    expect(budgetAfter([100, 10], [50, 10])).toBe(510);
  });

  test('comes close to a new speed within twenty measurements', () => {
    const measurements = new Array<[number, number]>(20).fill([100, 100]);
    expect(budgetAfter([1000, 10], ...measurements)).toBeLessThan(70);
  });

  test.each<[what: string, tokens: number, elapsedMs: number]>([
    ['no tokens', 0, 10],
    ['no time', 100, 0],
    ['a clock that went back', 100, -5],
  ])('learns nothing from %s', (_what, tokens, elapsedMs) => {
    expect(budgetAfter([tokens, elapsedMs])).toBe(128);
    expect(budgetAfter([100, 10], [tokens, elapsedMs])).toBe(600);
  });

  test('is at least one token and at most 16,384', () => {
    expect(budgetAfter([1, 1e6])).toBe(1);
    expect(budgetAfter([1e6, 1])).toBe(16_384);
  });

  test.each([
    [0, 60_000],
    [120, 60_000],
    [128, 64_000],
    [1000, 500_000],
  ])('gives %i tokens %i ms before the speed is known', (tokens, limitMs) => {
    const budget = new BatchBudget();
    expect(budget.limitMs(tokens)).toBe(limitMs);
    for (let count = 0; count < 3; count++) budget.observe(100, 10);
    expect(budget.limitMs(tokens)).toBe(limitMs);
  });

  test.each([
    [100, 30_000],
    [6000, 30_000],
    [16_384, 81_920],
  ])('gives %i tokens %i ms at ten tokens a millisecond: 50 times what they take', (tokens, limitMs) => {
    const budget = new BatchBudget();
    for (let count = 0; count < 4; count++) budget.observe(100, 10);
    expect(budget.limitMs(tokens)).toBe(limitMs);
  });

  test('gives what is only tokenized, and then cut off, a millisecond a token', () => {
    const budget = new BatchBudget();
    expect(budget.limitMs(100, 50_100)).toBe(110_000);
    for (let count = 0; count < 4; count++) budget.observe(100, 10);
    expect(budget.limitMs(100, 50_100)).toBe(80_000);
  });

  test('is a whole number within its bounds, whatever was measured', () => {
    const measurement = fc.tuple(fc.nat({ max: 1e9 }), fc.double({ min: -10, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(fc.array(measurement), (measurements) => {
        const tokens = budgetAfter(...measurements);
        expect(Number.isInteger(tokens)).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(1);
        expect(tokens).toBeLessThanOrEqual(16_384);
      }),
    );
  });

  test('knows its speed in real tokens too, where estimates are wrong', () => {
    const budget = new BatchBudget();
    for (let run = 0; run < 10; run++) budget.observe(100, 50, 300);
    expect(budget.tokensPerMs).toBeCloseTo(2);
    expect(budget.realTokensPerMs).toBeCloseTo(6);
  });
});
