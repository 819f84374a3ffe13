/** A regular expression that can't be translated is refused, with what it has. Matches are in `split/split.test.ts`. */
import { expect, test } from 'vitest';
import { ModelLoadError } from '../../../../src/errors/errors.js';
import { translateRegex } from '../../../../src/runtime/tokens/regex.js';
import { openTokenizer } from '../../../../src/runtime/tokens/tokenizer.js';

test.each([
  ['a\\Kb', '\\K'],
  ['(a)\\1', '\\1'],
  ['\\X', '\\X'],
  ['(?~ab)', '(?~'],
  ['(?m:.)', '(?m'],
  ['(?(?=a)a|b)', '(?('],
  ['[[:graph:]]', '[:graph:]'],
  ['\\p{InBasicLatin}', '\\p{InBasicLatin}'],
  ['*a', "nothing before '*'"],
  ['(a', 'lacks a bracket'],
  ['a)', 'a bracket too many'],
  ['[a', 'ends too early'],
  ['(?<=(?>a))b', 'in a look behind'],
  ['(?<!a++)b', 'in a look behind'],
  ['(?i:straße)', "the case of 'st'"],
  ['(?i:[ß])', "the case of 'ß'"],
])('%s is refused for %s', (source, reason) => {
  expect(() => translateRegex(source)).toThrow(reason);
});

test('a tokenizer with such a one is refused by name, before there are weights', () => {
  const tokenizer = {
    model: { type: 'WordLevel', vocab: { '[UNK]': 0 }, unk_token: '[UNK]' },
    pre_tokenizer: { type: 'Split', pattern: { Regex: 'a\\Kb' }, behavior: 'Isolated', invert: false },
  };
  const open = (): unknown => openTokenizer(tokenizer);
  expect(open).toThrow(ModelLoadError);
  expect(open).toThrow(expect.objectContaining({ code: 'model_unsupported' }) as Error);
  expect(open).toThrow("'\\K'");
});
