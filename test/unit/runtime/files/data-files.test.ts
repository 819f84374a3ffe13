import { describe, expect, test } from 'vitest';
import { encodeModel } from '../../../../src/runtime/onnx/write-onnx.js';
import { checkDataFile, countDataFiles, listDataFiles } from '../../../../src/runtime/files/data-files.js';
import { makeExternalModel } from '../../../support/external-model.js';
import { catchError } from '../../../support/catch-error.js';

const PATH = 'onnx/model.onnx';
const list = (...locations: string[]): unknown => listDataFiles(makeExternalModel(locations), PATH, 'http://hub/x');

describe('listDataFiles', () => {
  test.each([
    ['model.onnx.data', 'onnx/model.onnx.data'],
    ['model.onnx_data', 'onnx/model.onnx_data'],
    ['./weights.bin', 'onnx/weights.bin'],
    ['parts/a b.bin', 'onnx/parts/a b.bin'],
  ])('finds %s beside the graph', (location, path) => {
    expect(list(location)).toEqual([{ location, path, minBytes: 24 }]);
  });

  test('finds a file once, with all that lies in it', () => {
    expect(list('a', 'b', 'a')).toEqual([
      { location: 'a', path: 'onnx/a', minBytes: 40 },
      { location: 'b', path: 'onnx/b', minBytes: 32 },
    ]);
  });

  test('finds none in a model that holds its weights itself', () => {
    const graph = { graphName: 'g', producer: '', documentation: '', opset: 17, inputs: [], outputs: [], nodes: [] };
    const tensors = [{ name: 't', type: 'float32', dims: [1], bytes: new Uint8Array(4) }] as const;
    expect(listDataFiles(encodeModel({ ...graph, tensors }), PATH, '')).toEqual([]);
  });

  test.each([
    '',
    '../secret.bin',
    'a/../../b',
    '/etc/passwd',
    'https://other.example/w.bin',
    'file:w.bin',
    'a\\b',
    'w.bin?x=1',
    'w.bin#x',
    '..',
    'a//b',
  ])('refuses the place %j', (location) => {
    const error = catchError(() => list(location));
    expect(error).toMatchObject({ code: 'model_unsupported', url: 'http://hub/x' });
  });

  test('refuses absurdly many files', () => {
    const locations = Array.from({ length: 101 }, (_, index) => `part-${String(index)}`);
    expect(catchError(() => list(...locations))).toMatchObject({ code: 'model_unsupported' });
  });

  test('says that a file which is no model is damaged', () => {
    const error = catchError(() => listDataFiles(Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 1), PATH, 'http://hub/x'));
    expect(error).toMatchObject({ code: 'model_file_damaged', url: 'http://hub/x' });
  });
});

test('a data file that is shorter than the graph says is damaged', () => {
  const file = { location: 'a', path: 'onnx/a', minBytes: 24 };
  checkDataFile(new Uint8Array(24), file, 'http://hub/a');
  const error = catchError(() => {
    checkDataFile(new Uint8Array(23), file, 'http://hub/a');
  });
  expect(error).toMatchObject({ code: 'model_file_damaged', url: 'http://hub/a' });
});

describe('countDataFiles', () => {
  test.each([
    [0, {}],
    [0, { 'transformers.js_config': {} }],
    [0, { 'transformers.js_config': null }],
    [1, { 'transformers.js_config': { use_external_data_format: true } }],
    [2, { 'transformers.js_config': { use_external_data_format: { 'model.onnx': 2, model: 5 } } }],
    [5, { 'transformers.js_config': { use_external_data_format: { 'model_fp16.onnx': 2, model: 5 } } }],
  ])('is %i for %j', (count, config) => {
    expect(countDataFiles(config, PATH)).toBe(count);
  });

  test.each([1e9, -1, 1.5, 'many', { model: 1e9 }])('refuses %j', (setting) => {
    const config = { 'transformers.js_config': { use_external_data_format: setting } };
    expect(catchError(() => countDataFiles(config, PATH))).toMatchObject({ code: 'model_unsupported' });
  });
});
