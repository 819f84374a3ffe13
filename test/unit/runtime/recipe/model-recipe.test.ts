import { describe, expect, test } from 'vitest';
import { ModelLoadError } from '../../../../src/errors/errors.js';
import type { ModelFiles } from '../../../../src/runtime/files/model-files.js';
import { readRecipe } from '../../../../src/runtime/recipe/model-recipe.js';
import { catchError } from '../../../support/catch-error.js';

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
    weightsHash: '',
    url: (path) => `http://hub/${path}`,
    fetchOptional: () => Promise.resolve(),
    dataFiles: [],
    readContent: () => Promise.resolve(undefined),
  };
}

function read(contents: Readonly<Record<string, unknown>>): ReturnType<typeof readRecipe> {
  return readRecipe(makeFiles(contents));
}

/** What is read of files that say nothing. */
const NOTHING = { vocabularySize: 10, plan: { onTokens: [], onVectors: [] }, hasModules: false, lowercases: false };

/** One by 5.4 and later: no switches, no length of its own. Source: sentence-transformers 6.2. */
const SAVED_BY_6 = {
  ...CONFIG,
  'modules.json': [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.base.modules.transformer.Transformer' },
    {
      idx: 1,
      name: '1',
      path: '1_Pooling',
      type: 'sentence_transformers.sentence_transformer.modules.pooling.Pooling',
    },
    { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.base.modules.normalize.Normalize' },
  ],
  '1_Pooling/config.json': { embedding_dimension: 32, pooling_mode: 'cls', include_prompt: true },
  'sentence_bert_config.json': { transformer_task: 'feature-extraction', module_output_name: 'token_embeddings' },
  'tokenizer_config.json': { model_max_length: 24 },
  'config_sentence_transformers.json': {
    default_prompt_name: 'query',
    model_type: 'SentenceTransformer',
    prompts: { document: '', query: 'query: ' },
    truncate_dim: 12,
  },
};

describe('readRecipe', () => {
  test('reads all-MiniLM-L6-v2', () => {
    expect(read(MINI_LM)).toEqual({
      vocabularySize: 30522,
      plan: { onTokens: [], pooling: { modes: ['mean'], includesPrompt: true }, onVectors: [{ kind: 'normalize' }] },
      hasModules: true,
      lowercases: false,
      maxTokens: 256,
      maxPositions: 512,
      tokenizerLimit: 512,
    });
  });

  test('reads what sentence-transformers 6 saves', () => {
    expect(read(SAVED_BY_6)).toEqual({
      vocabularySize: 10,
      plan: { onTokens: [], pooling: { modes: ['cls'], includesPrompt: true }, onVectors: [{ kind: 'normalize' }] },
      hasModules: true,
      lowercases: false,
      width: 12,
      maxTokens: 24,
      tokenizerLimit: 24,
      prompts: { document: '', query: 'query: ' },
      defaultPrompt: 'query',
    });
  });

  test('says nothing of what the files say nothing of', () => {
    expect(read(CONFIG)).toEqual(NOTHING);
  });

  test('takes the length of a tokenizer for the model only where there are modules', () => {
    const files = { ...CONFIG, 'tokenizer_config.json': { model_max_length: 64 } };
    expect(read(files)).toEqual({ ...NOTHING, tokenizerLimit: 64 });
    expect(read({ ...files, 'modules.json': MINI_LM['modules.json'] }).maxTokens).toBe(64);
  });

  test("finds the transformer's settings in its own folder", () => {
    const modules = [{ idx: 0, path: '0_BERT', type: 'sentence_transformers.models.Transformer' }];
    const settings = { max_seq_length: 64, do_lower_case: true };
    const recipe = read({ ...CONFIG, 'modules.json': modules, '0_BERT/sentence_bert_config.json': settings });
    expect(recipe).toMatchObject({ maxTokens: 64, lowercases: true });
  });

  test("finds the transformer's settings under their former name, unless there are later ones", () => {
    const former = {
      'config.json': { vocab_size: 10, model_type: 'distilbert' },
      'sentence_distilbert_config.json': { max_seq_length: 64, do_lower_case: true },
      'sentence_roberta_config.json': { max_seq_length: 32 },
    };
    expect(read(former)).toMatchObject({ maxTokens: 64, lowercases: true });
    const later = { ...former, 'sentence_bert_config.json': { max_seq_length: 128 } };
    expect(read(later)).toMatchObject({ maxTokens: 128, lowercases: false });
  });

  test.each<[what: string, files: Readonly<Record<string, unknown>>, part: string]>([
    ['a cross-encoder', { 'config_sentence_transformers.json': { model_type: 'CrossEncoder' } }, 'CrossEncoder'],
    ['a sparse model', { 'config_sentence_transformers.json': { model_type: 'SparseEncoder' } }, 'SparseEncoder'],
    ['one of another task', { 'sentence_bert_config.json': { transformer_task: 'fill-mask' } }, 'fill-mask'],
    [
      'a classifier that says nothing of pooling',
      { 'config.json': { architectures: ['BertForSequenceClassification'] } },
      'BertForSequenceClassification',
    ],
  ])('refuses %s', (_what, files, part) => {
    const error = catchError(() => read({ ...CONFIG, ...files }));
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error).toMatchObject({ code: 'model_unsupported', param: 'model' });
    expect(String(error)).toContain(part);
  });

  test('takes an embedding model whose architecture is called a classifier', () => {
    const config = { architectures: ['NewForSequenceClassification'], vocab_size: 10 };
    expect(read({ ...MINI_LM, 'config.json': config }).plan.pooling?.modes).toEqual(['mean']);
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
      expect(read({ ...CONFIG, 'tokenizer_config.json': { model_max_length } })).toEqual(NOTHING);
    },
  );

  test.each<[path: string, content: unknown]>([
    ['modules.json', {}],
    ['modules.json', null],
    ['1_Pooling/config.json', []],
    ['1_Pooling/config.json', 'mean'],
    ['1_Pooling/config.json', { pooling_mode_mean_tokens: false }],
    ['sentence_bert_config.json', { max_seq_length: null, do_lower_case: 'yes' }],
    ['config_sentence_transformers.json', { truncate_dim: null, default_prompt_name: null }],
    ['sentence_bert_config.json', { max_seq_length: '256' }],
    ['sentence_bert_config.json', null],
    ['tokenizer_config.json', 5],
    ['config_sentence_transformers.json', { prompts: null }],
    ['config_sentence_transformers.json', { prompts: { query: 5 } }],
  ])('takes no notice of an odd %s: %j', (path, content) => {
    expect(read({ ...CONFIG, [path]: content })).toEqual(NOTHING);
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
