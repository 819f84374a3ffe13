import { describe, expect, test } from 'vitest';
import { ModelLoadError } from '../../../src/errors/errors.js';
import type { ModelFiles } from '../../../src/worker/model-files.js';
import { readRecipe } from '../../../src/worker/model-recipe.js';
import { catchError } from '../catch-error.js';

/** A model's files as far as they matter here. Source: sentence-transformers/all-MiniLM-L6-v2. */
const MINI_LM = {
  'config.json': { max_position_embeddings: 512, model_type: 'bert', vocab_size: 30522 },
  'modules.json': [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
    { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
  ],
  '1_Pooling/config.json': {
    word_embedding_dimension: 384,
    pooling_mode_cls_token: false,
    pooling_mode_mean_tokens: true,
    pooling_mode_max_tokens: false,
    pooling_mode_mean_sqrt_len_tokens: false,
  },
  'sentence_bert_config.json': { max_seq_length: 256, do_lower_case: false },
  'tokenizer_config.json': { do_lower_case: true, tokenizer_class: 'BertTokenizer', model_max_length: 512 },
  'config_sentence_transformers.json': { __version__: { sentence_transformers: '2.0.0' } },
};

const CONFIG = { 'config.json': { vocab_size: 10 } };

function makeFiles(contents: Readonly<Record<string, unknown>>): ModelFiles {
  const encoder = new TextEncoder();
  const bytes = new Map(
    Object.entries(contents).map(([path, content]) => [path, encoder.encode(JSON.stringify(content))] as const),
  );
  return {
    bytes,
    dtype: 'q8',
    weightsPath: 'onnx/model_quantized.onnx',
    url: (path) => `http://hub/${path}`,
    fetchOptional: () => Promise.resolve(),
    dataFiles: [],
    readContent: () => Promise.resolve(undefined),
  };
}

function read(contents: Readonly<Record<string, unknown>>): ReturnType<typeof readRecipe> {
  return readRecipe(makeFiles(contents));
}

describe('readRecipe', () => {
  test('reads all-MiniLM-L6-v2', () => {
    expect(read(MINI_LM)).toEqual({
      vocabularySize: 30522,
      pooling: 'mean',
      normalize: true,
      maxTokens: 256,
      maxPositions: 512,
      tokenizerLimit: 512,
    });
  });

  test('says nothing of what the files say nothing of', () => {
    expect(read(CONFIG)).toEqual({ vocabularySize: 10 });
  });

  test.each([
    ['pooling_mode_mean_tokens', 'mean'],
    ['pooling_mode_cls_token', 'cls'],
    ['pooling_mode_lasttoken', 'last_token'],
  ])('takes %s for %s pooling', (key, pooling) => {
    const config = { pooling_mode_mean_tokens: false, pooling_mode_max_tokens: false, [key]: true };
    expect(read({ ...CONFIG, '1_Pooling/config.json': config }).pooling).toBe(pooling);
  });

  test.each<[what: string, config: Record<string, boolean>]>([
    ['max pooling', { pooling_mode_max_tokens: true, pooling_mode_mean_tokens: false }],
    ['mean over the square root of the length', { pooling_mode_mean_sqrt_len_tokens: true }],
    ['weighted mean', { pooling_mode_weightedmean_tokens: true }],
    ['two ways at once', { pooling_mode_mean_tokens: true, pooling_mode_cls_token: true }],
  ])('refuses %s by name', (_what, config) => {
    const error = catchError(() => read({ ...CONFIG, '1_Pooling/config.json': config }));
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error).toMatchObject({ code: 'model_unsupported', param: 'model' });
    for (const key of Object.keys(config).filter((name) => config[name])) expect(String(error)).toContain(key);
  });

  test('says nothing of pooling when no way is chosen', () => {
    expect(read({ ...CONFIG, '1_Pooling/config.json': { pooling_mode_mean_tokens: false } })).not.toHaveProperty(
      'pooling',
    );
  });

  test('reports a module that is not computed here', () => {
    const dense = { idx: 3, name: '3', path: '3_Dense', type: 'sentence_transformers.models.Dense' };
    const recipe = read({ ...MINI_LM, 'modules.json': [...MINI_LM['modules.json'], dense] });
    expect(recipe.unsupportedModule).toBe('Dense');
  });

  test('leaves vectors unscaled when the modules lack Normalize', () => {
    expect(read({ ...MINI_LM, 'modules.json': MINI_LM['modules.json'].slice(0, 2) }).normalize).toBe(false);
  });

  test.each(['roberta', 'xlm-roberta', 'camembert', 'mpnet'])('subtracts the offset of position ids for %s', (type) => {
    const config = { vocab_size: 10, max_position_embeddings: 514, model_type: type };
    expect(read({ 'config.json': config }).maxPositions).toBe(512);
  });

  test('subtracts nothing for other models', () => {
    const config = { vocab_size: 10, max_position_embeddings: 514, model_type: 'bert' };
    expect(read({ 'config.json': config }).maxPositions).toBe(514);
  });

  test.each([1e30, 1_000_000_000_000_000_019_884_624_838_656, 1e6, 0, -1, 0.5, '512', null])(
    'ignores a tokenizer limit of %s',
    (model_max_length) => {
      expect(read({ ...CONFIG, 'tokenizer_config.json': { model_max_length } })).toEqual({ vocabularySize: 10 });
    },
  );

  test.each<[path: string, content: unknown]>([
    ['modules.json', {}],
    ['modules.json', null],
    ['1_Pooling/config.json', []],
    ['1_Pooling/config.json', 'mean'],
    ['sentence_bert_config.json', { max_seq_length: null }],
    ['sentence_bert_config.json', { max_seq_length: '256' }],
    ['sentence_bert_config.json', null],
    ['tokenizer_config.json', 5],
    ['config_sentence_transformers.json', { prompts: null }],
    ['config_sentence_transformers.json', { prompts: { query: 5 } }],
  ])('takes no notice of an odd %s: %j', (path, content) => {
    expect(read({ ...CONFIG, [path]: content })).toEqual({ vocabularySize: 10 });
  });

  test('reads prompts, and only those that are text', () => {
    const prompts = { query: 'query: ', document: '', odd: 5 };
    expect(read({ ...CONFIG, 'config_sentence_transformers.json': { prompts } }).prompts).toEqual({
      query: 'query: ',
      document: '',
    });
  });

  test.each<[what: string, vocab: unknown]>([
    ['by token', { a: 0, b: 1, c: 2 }],
    ['as a list', [['a', 0], ['b', 0], ['c', 0]]], // prettier-ignore
  ])("counts the tokenizer's vocabulary, %s, when config.json doesn't say", (_what, vocab) => {
    const files = { 'config.json': {}, 'tokenizer.json': { model: { type: 'Unigram', vocab } } };
    expect(read(files).vocabularySize).toBe(3);
  });
});
