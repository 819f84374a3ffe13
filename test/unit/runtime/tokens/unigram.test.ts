import { Tokenizer, Unigram } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDivider } from '../../../../src/runtime/tokens/unigram.js';
import { readModelFile } from '../../scripts/model/support.js';

const parse = (path: string): object => JSON.parse(Buffer.from(readModelFile(path)).toString()) as object;

/** Few characters, so that pieces overlap in many ways; one of them is no single piece, one is of two code units. */
const CHARACTERS = ['a', 'b', '.', '😀', 'z'];
const word = fc.array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
/** Scores of which many sums are equal, or equal but for rounding. */
const score = fc.constantFrom(-0.1, -0.2, -0.3, -1, -2, -3.3, -7.7);
const vocabulary = fc
  .uniqueArray(fc.tuple(word, score), { minLength: 1, maxLength: 25, selector: ([piece]) => piece })
  .map((pieces): [string, number][] => [['<unk>', 0], ...pieces]);
const text = fc
  .array(fc.oneof(word, fc.constantFrom('y', '\ud800', '<unk>')), { maxLength: 60 })
  .map((parts) => parts.join(''));

describe("createDivider divides as the library's model does", () => {
  test('for any vocabulary, where ways score the same too', () => {
    fc.assert(
      fc.property(vocabulary, fc.array(text, { minLength: 1, maxLength: 4 }), (vocab, texts) => {
        const model = new Unigram({ type: 'Unigram', vocab, unk_id: 0 }, '</s>');
        const divide = createDivider(model);
        expect(texts.map(divide)).toEqual(texts.map((each) => model.tokenize(each)));
      }),
      { numRuns: 400 },
    );
  });

  test('for the bundled model', () => {
    const { model } = new Tokenizer(parse('tokenizer.json'), parse('tokenizer_config.json'));
    if (!(model instanceof Unigram)) throw new Error('Expected a Unigram model.');
    const divide = createDivider(model);
    const pieces = [
      '▁The',
      '▁quick',
      '▁brown▁fox',
      '!!!!!!!!!!',
      '.'.repeat(40),
      '西红柿',
      '▁',
      '😀',
      '0000',
      'ﷺ',
      'x',
    ];
    const property = fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
      expect(divide(parts.join(''))).toEqual(model.tokenize(parts.join('')));
    });
    fc.assert(property, { numRuns: 60 });
  });
});
