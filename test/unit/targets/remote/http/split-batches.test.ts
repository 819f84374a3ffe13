import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halve, splitBatches } from '../../../../../src/targets/remote/http/split-batches.js';
import { countBytes } from '../../../../../src/util/count-bytes.js';

describe('splitBatches', () => {
  test('gives nothing for nothing', () => {
    expect([...splitBatches([], { maxInputs: 2, maxTokens: 10 })]).toEqual([]);
  });

  test('closes a batch at the most inputs, and at the most tokens', () => {
    expect([...splitBatches(['a', 'b', 'c'], { maxInputs: 2, maxTokens: 10 })].map(({ inputs }) => inputs)).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect([...splitBatches(['aaa', 'éé', 'c'], { maxInputs: 9, maxTokens: 6 })]).toEqual([
      { start: 0, inputs: ['aaa'] },
      { start: 1, inputs: ['éé', 'c'] },
    ]);
  });

  test('counts token ids one by one', () => {
    const batches = [...splitBatches([[100, 200], [300, 400], [500]], { maxInputs: 9, maxTokens: 4 })];
    expect(batches.map(({ inputs }) => inputs.length)).toEqual([2, 1]);
  });

  test('leaves an input that is too long alone', () => {
    const batches = [...splitBatches(['a', 'too long', 'b'], { maxInputs: 9, maxTokens: 4 })];
    expect(batches.map(({ inputs }) => inputs)).toEqual([['a'], ['too long'], ['b']]);
  });

  test('keeps every input once, in order and within the limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 30 }),
        (inputs, maxInputs, maxTokens) => {
          const batches = [...splitBatches(inputs, { maxInputs, maxTokens })];
          expect(batches.flatMap((batch) => batch.inputs)).toEqual(inputs);
          for (const batch of batches) {
            expect(inputs.slice(batch.start, batch.start + batch.inputs.length)).toEqual(batch.inputs);
            expect(batch.inputs.length).toBeLessThanOrEqual(maxInputs);
            const tokens = batch.inputs.reduce((sum, input) => sum + countBytes(input), 0);
            expect(batch.inputs.length === 1 || tokens <= maxTokens).toBe(true);
          }
        },
      ),
    );
  });
});

test('halve cuts in the middle and keeps places', () => {
  expect(halve({ start: 4, inputs: ['a', 'b', 'c'] })).toEqual([
    { start: 4, inputs: ['a', 'b'] },
    { start: 6, inputs: ['c'] },
  ]);
});

test('countBytes counts UTF-8, and token ids as JSON', () => {
  expect([countBytes('aé€😀'), countBytes([1, 22])]).toEqual([10, 6]);
});
