import { describe, expect, test } from 'vitest';
import type { EmbeddingClientOptions } from '../../../src/api/client-options.js';
import { DEVICES, DTYPES, POOLINGS } from '../../../src/api/vocabulary.js';
import { checkOptions } from '../../../src/client/check-options.js';
import type { ErrorCode } from '../../../src/errors/codes.js';
import { BadRequestError } from '../../../src/errors/errors.js';
import { BUNDLED_MODEL } from '../../../src/models/bundled-model.js';
import { catchError } from '../../support/catch-error.js';

/** Checks what a caller without types may send. */
function check(options: unknown): void {
  checkOptions(options as EmbeddingClientOptions);
}

describe('checkOptions accepts', () => {
  test.each<[options: unknown]>([
    [{}],
    [{ model: undefined, dtype: undefined, colour: undefined }],
    [{ model: BUNDLED_MODEL, dtype: 'q8' }],
    [{ model: 'all-MiniLM-L6-v2' }],
    [{ model: 'Xenova/all-MiniLM-L6-v2', revision: 'main', dtype: 'auto', device: 'auto', runtime: 'auto' }],
    [{ model: 'group/owner/name_v1.5', device: 'wasm', runtime: 'onnxruntime', policy: 'only-on-device' }],
    [{ runtime: 'kernel' }],
    [{ runtime: 'kernel', device: 'wasm', model: 'owner/name', dtype: 'fp32' }],
    [{ runtime: 'onnxruntime', device: 'webgpu', model: 'owner/name', dtype: 'q4' }],
    [{ hub: 'https://hub.example', maxTokens: 1 }],
    [{ hub: '/models', assetsUrl: 'static/assets/' }],
    [{ hub: 'http://hub.example:8080/models/', assetsUrl: '//cdn.example/assets' }],
    [{ hub: '/models', dtype: 'fp32' }],
    [{ workers: 'auto', idleTimeoutMs: 60_000, maxRetries: 5 }],
    [{ workers: 1, idleTimeoutMs: 0, maxRetries: 0 }],
  ])('%j', (options) => {
    expect(() => {
      check(options);
    }).not.toThrow();
  });

  test.each(DTYPES)('the dtype %s for a model of the hub', (dtype) => {
    expect(() => {
      check({ model: 'owner/name', dtype });
    }).not.toThrow();
  });

  test.each(['auto', 'fp32', 'q8', 'q4', undefined])(
    'the dtype %s for a model that only 16-bit floats break',
    (dtype) => {
      expect(() => {
        check({ model: 'onnx-community/embeddinggemma-300m-ONNX', dtype });
      }).not.toThrow();
    },
  );

  test.each(DEVICES)('the device %s, for the bundled model too', (device) => {
    expect(() => {
      check({ device });
      check({ model: 'owner/name', device });
    }).not.toThrow();
  });

  test('prompts, also empty ones, lengths of their own, and a model that this one is the same as', () => {
    expect(() => {
      check({ prompts: { query: 'query: ', document: '' }, normalize: false, sameAs: 'BAAI/bge-m3' });
    }).not.toThrow();
  });

  test.each(POOLINGS)('the pooling %s', (pooling) => {
    expect(() => {
      check({ model: 'owner/name', pooling });
    }).not.toThrow();
  });
});

describe('checkOptions refuses', () => {
  test.each<[param: string, value: unknown, code: ErrorCode]>([
    ['model', '', 'invalid_type'],
    ['model', 5, 'invalid_type'],
    ['model', null, 'invalid_type'],
    ['model', 'owner/', 'invalid_value'],
    ['model', '/name', 'invalid_value'],
    ['model', 'owner//name', 'invalid_value'],
    ['model', '../name', 'invalid_value'],
    ['model', 'owner/../../name', 'invalid_value'],
    ['model', 'owner/.hidden', 'invalid_value'],
    ['model', 'owner/na me', 'invalid_value'],
    ['model', 'owner/name?x=1', 'invalid_value'],
    ['model', 'owner/name#x', 'invalid_value'],
    ['model', 'https://hub.example/name', 'invalid_value'],
    ['model', 'owner/name\n', 'invalid_value'],
    ['revision', '', 'invalid_type'],
    ['revision', 1, 'invalid_type'],
    ['dtype', 'int4', 'invalid_value'],
    ['dtype', 8, 'invalid_type'],
    ['device', 'gpu', 'invalid_value'],
    ['device', 'webnn', 'invalid_value'],
    ['device', null, 'invalid_type'],
    ['runtime', 'tfjs', 'invalid_value'],
    ['sameAs', 5, 'invalid_type'],
    ['normalize', 'no', 'invalid_type'],
    ['prompts', 'query: ', 'invalid_type'],
    ['prompts', { querry: 'query: ' }, 'invalid_value'],
    ['prompts', { query: undefined }, 'invalid_type'],
    ['prompts', { query: 5 }, 'invalid_type'],
    ['pooling', 'max', 'invalid_value'],
    ['pooling', 'model', 'invalid_value'],
    ['policy', 'prefer-cloud', 'invalid_value'],
    ['fallback', {}, 'invalid_type'],
    ['fallback', ['infinity'], 'invalid_type'],
    ['onEgress', true, 'invalid_type'],
    ['spaceName', '', 'invalid_type'],
    ['minimumSpeed', 0, 'invalid_type'],
    ['minimumSpeed', '100', 'invalid_type'],
    ['hub', '', 'invalid_type'],
    ['hub', 5, 'invalid_type'],
    ['hub', 'ftp://hub.example', 'invalid_value'],
    ['hub', 'data:,x', 'invalid_value'],
    ['hub', 'http://', 'invalid_value'],
    ['hub', 'https://user:PASSWORD@hub.example', 'invalid_value'],
    ['hub', 'https://hub.example/?token=1', 'invalid_value'],
    ['revision', 'v2', 'invalid_value'],
    ['hubHeaders', 'Bearer t', 'invalid_type'],
    ['hubHeaders', null, 'invalid_type'],
    ['credentials', 'always', 'invalid_value'],
    ['file', '../model.onnx', 'invalid_value'],
    ['file', '/model.onnx', 'invalid_value'],
    ['file', 'https://other.example/model.onnx', 'invalid_value'],
    ['file', '', 'invalid_type'],
    ['file', 'onnx/model_O2.onnx', 'invalid_value'],
    ['output', 1, 'invalid_type'],
    ['assetsUrl', '', 'invalid_type'],
    ['assetsUrl', 'javascript:void 0', 'invalid_value'],
    ['maxTokens', 0, 'integer_below_min_value'],
    ['maxTokens', -5, 'integer_below_min_value'],
    ['maxTokens', 1.5, 'invalid_type'],
    ['maxTokens', '256', 'invalid_type'],
    ['workers', 0, 'integer_below_min_value'],
    ['workers', 1.5, 'invalid_type'],
    ['workers', 'many', 'invalid_type'],
    ['idleTimeoutMs', -1, 'integer_below_min_value'],
    ['idleTimeoutMs', 0.5, 'invalid_type'],
    ['idleTimeoutMs', Infinity, 'invalid_type'],
    ['idleTimeoutMs', '60', 'invalid_type'],
    ['idleTimeoutMs', null, 'invalid_type'],
    ['maxRetries', -1, 'integer_below_min_value'],
    ['maxRetries', 1.5, 'invalid_type'],
    ['maxRetries', 'auto', 'invalid_type'],
    ['colour', 'red', 'unknown_parameter'],
    ['maxtokens', 256, 'unknown_parameter'],
    ['apiKey', null, 'unknown_parameter'],
  ])('%s: %j', (param, value, code) => {
    const error = catchError(() => {
      check({ [param]: value });
    });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ name: 'BadRequestError', code, param, status: 400 });
    expect((error as Error).message).not.toContain('PASSWORD');
  });

  test.each(DTYPES.filter((dtype) => dtype !== 'q8'))('the dtype %s for the bundled model', (dtype) => {
    for (const options of [{ dtype }, { model: BUNDLED_MODEL, dtype }]) {
      const error = catchError(() => {
        check(options);
      });
      expect(error).toMatchObject({ name: 'BadRequestError', code: 'invalid_value', param: 'dtype' });
    }
  });

  test.each(['fp16', 'q4f16'])('the dtype %s for a model that 16-bit floats break, saying why', (dtype) => {
    const error = catchError(() => {
      check({ model: 'onnx-community/embeddinggemma-300m-ONNX', dtype });
    });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_value', param: 'dtype', status: 400 });
    expect((error as Error).message).toContain(`wrong vectors in ${dtype}: its activations exceed 16-bit floats.`);
  });

  test.each<[param: string, options: EmbeddingClientOptions]>([
    ['device', { device: 'webgpu' }],
    ['dtype', { dtype: 'q4' }],
    ['dtype', { dtype: 'q4f16' }],
    ['dtype', { dtype: 'bnb4' }],
  ])('the %s of %j for the kernel', (param, options) => {
    const error = catchError(() => {
      check({ model: 'owner/name', runtime: 'kernel', ...options });
    });
    expect(error).toMatchObject({ name: 'BadRequestError', code: 'invalid_value', param, status: 400 });
    expect((error as Error).message).toContain('The kernel runs on WASM');
  });

  test.each([[null], [5], [[]]])('%j in place of the options', (options) => {
    expect(() => {
      check(options);
    }).toThrow(BadRequestError);
  });
});
