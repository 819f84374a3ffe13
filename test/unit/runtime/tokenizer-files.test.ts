/** What a tokenizer.json can have that makes no ids, or none that can be right. */
import { describe, expect, test } from 'vitest';
import { ModelLoadError } from '../../../src/errors/errors.js';
import { openTokenizer } from '../../../src/runtime/tokens/tokenizer.js';
import { catchError } from '../../support/catch-error.js';

const URL = 'https://hub.test/model/tokenizer.json';

const words = { type: 'WordLevel', vocab: { '[UNK]': 0, a: 1, b: 2 }, unk_token: '[UNK]' };
const pieces = { type: 'WordPiece', vocab: { a: 1, b: 2 }, unk_token: '[UNK]', continuing_subword_prefix: '##' };
const unigram = {
  type: 'Unigram',
  vocab: [
    ['a', -1],
    ['b', -2],
  ],
  unk_id: null,
};

function makeFile(model: object, rest: object = {}): object {
  return { model, pre_tokenizer: { type: 'WhitespaceSplit' }, ...rest };
}

function openingFails(file: object): ModelLoadError {
  const error = catchError(() => openTokenizer(file, {}, URL));
  expect(error).toBeInstanceOf(ModelLoadError);
  expect(error).toMatchObject({ url: URL });
  return error as ModelLoadError;
}

describe('openTokenizer', () => {
  test('gives words their ids, and the unknown one to others, whatever tokenizer_config.json lacks', () => {
    const tokenizer = openTokenizer(makeFile(words));
    expect(tokenizer.tokenize('a zebra b')).toEqual([1, 0, 2]);
    expect(tokenizer.unknownId).toBe(0);
  });

  test.each([
    ['WordPiece', pieces],
    ['WordLevel', { ...words, unk_token: '<unk>' }],
    ['Unigram', unigram],
  ])('never gives an id that is none: a %s without an unknown token refuses what it lacks', (kind, model) => {
    const tokenizer = openTokenizer(makeFile(model), {}, URL);
    expect(tokenizer.tokenize('a b').every(Number.isInteger)).toBe(true);
    const error = catchError(() => tokenizer.tokenize('a zebra'));
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error).toMatchObject({ code: 'model_unsupported', url: URL });
    expect(String(error)).toContain(kind);
    expect(String(error)).not.toContain('zebra');
  });

  test.each([
    ['normalizer', { normalizer: { type: 'Odd' } }, `'Odd'`],
    ['pre_tokenizer', { pre_tokenizer: { type: 'toString' } }, `'toString'`],
    ['pre_tokenizer', { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Odd' }] } }, `'Odd'`],
    ['post_processor', { post_processor: { type: 'Odd' } }, `'Odd'`],
  ])('names a %s that it does not know', (part, rest, name) => {
    const error = openingFails(makeFile(words, rest));
    expect(error.code).toBe('model_unsupported');
    expect(error.message).toContain(`${part} ${name}`);
  });

  test('names the file when its model is of an unknown kind', () => {
    expect(openingFails(makeFile({ type: 'Odd', vocab: {} })).message).toContain(URL);
  });

  test.each([-1, 0.5, 2 ** 31, 1e300, '1', null])('refuses the id %j', (id) => {
    const error = openingFails(makeFile({ ...words, vocab: { ...words.vocab, c: id } }));
    expect(error.code).toBe('model_file_damaged');
    expect(openingFails(makeFile(words, { added_tokens: [{ content: '[X]', id }] })).code).toBe('model_file_damaged');
  });

  test.each([
    ['no vocabulary', { type: 'WordPiece' }],
    ['an entry without a score', { ...unigram, vocab: [['a', -1], ['b']] }],
    ['an unknown token beyond its vocabulary', { ...unigram, unk_id: 2 }],
    ['no model at all', undefined],
  ])('refuses %s', (_what, model) => {
    expect(openingFails({ model }).code).toBe('model_file_damaged');
  });

  test('takes fields that are left out for none', () => {
    expect(openTokenizer({ model: words }).tokenize('a')).toEqual([1]);
  });

  test('finds the padding that the configuration names', () => {
    const file = makeFile(words, { added_tokens: [{ content: '[PAD]', id: 7, special: true }] });
    // Rust numbers what the vocabulary lacks from its end on, whatever the file says.
    expect(openTokenizer(file, { pad_token: '[PAD]' }).paddingId).toBe(3);
    expect(openTokenizer(file).paddingId).toBeUndefined();
  });
});
