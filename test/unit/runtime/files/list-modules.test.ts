import { describe, expect, test } from 'vitest';
import { ModelLoadError } from '../../../../src/errors/errors.js';
import { listModuleFiles, listModules, nameFormerSettings } from '../../../../src/runtime/files/list-modules.js';
import { catchError } from '../../../support/catch-error.js';

const TRANSFORMER = { idx: 0, name: '0', path: '', type: 'sentence_transformers.base.modules.transformer.Transformer' };

function module(path: string, type: string): object {
  return { path, type: `sentence_transformers.sentence_transformer.modules.${type}` };
}

describe('listModules', () => {
  test('names modules by the last part of their type, with their own folders', () => {
    const modules = [
      TRANSFORMER,
      module('1_Dense', 'dense.Dense'),
      module('2_Pooling', 'pooling.Pooling'),
      { type: 'sentence_transformers.models.Normalize' },
    ];
    expect(listModules(modules)).toEqual([
      { type: 'Transformer', path: '' },
      { type: 'Dense', path: '1_Dense' },
      { type: 'Pooling', path: '2_Pooling' },
      { type: 'Normalize', path: '3_Normalize' },
    ]);
  });

  test.each(['.', './', ''])('takes %j for the model itself', (path) => {
    expect(listModules([module(path, 'static_embedding.StaticEmbedding')])).toEqual([
      { type: 'StaticEmbedding', path: '' },
    ]);
  });

  test.each([undefined, null, {}, 'Pooling'])('finds none in %j', (content) => {
    expect(listModules(content)).toEqual([]);
  });

  test.each(['../other', '/etc', 'a/../../b', 'https://elsewhere/x', '1_Pooling/', 'a?b'])(
    'refuses the path %s, which leads elsewhere',
    (path) => {
      const error = catchError(() => listModules([TRANSFORMER, module(path, 'pooling.Pooling')]));
      expect(error).toBeInstanceOf(ModelLoadError);
      expect(error).toMatchObject({ code: 'model_unsupported', param: 'model' });
    },
  );
});

describe('listModuleFiles', () => {
  test('follows the paths of modules.json', () => {
    const modules = [TRANSFORMER, module('1_Dense', 'dense.Dense'), module('2_Pooling', 'pooling.Pooling')];
    expect(listModuleFiles(modules)).toEqual([
      'sentence_bert_config.json',
      '1_Dense/config.json',
      '2_Pooling/config.json',
    ]);
  });

  test('asks for the files of old exports where there is no modules.json', () => {
    expect(listModuleFiles(undefined)).toEqual(['1_Pooling/config.json', 'sentence_bert_config.json']);
  });

  test("doesn't ask twice for the model's own config.json", () => {
    expect(listModuleFiles([module('', 'router.Router')])).toEqual([]);
  });
});

describe('nameFormerSettings', () => {
  test.each([
    ['roberta', 'sentence_bert_config.json', 'sentence_roberta_config.json'],
    ['xlm-roberta', '0_XLMRoBERTa/sentence_bert_config.json', '0_XLMRoBERTa/sentence_xlm-roberta_config.json'],
    ['bert', 'sentence_bert_config.json', undefined],
    ['mpnet', 'sentence_bert_config.json', undefined],
    ['roberta', '1_Pooling/config.json', undefined],
    [undefined, 'sentence_bert_config.json', undefined],
  ])('knows for %j and %s the name %j', (kind, path, former) => {
    expect(nameFormerSettings(path, { model_type: kind })).toBe(former);
  });
});
