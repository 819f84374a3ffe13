import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  infinity,
  nugen,
  openaiCompatible,
  segmind,
  type Provider,
} from '../../../../../src/targets/remote/vendors/index.js';
import { catchError } from '../../../../support/catch-error.js';
import { showAll } from '../support.js';

const KEY = 'sk-test-Abcd1234Efgh5678';
const BASE = { baseURL: 'https://host/v1', model: 'tiny' };

type Create = (options: never) => Provider;
const ALL: [name: string, create: Create][] = [
  ['openaiCompatible', openaiCompatible],
  ['infinity', infinity],
  ['nugen', nugen],
  ['segmind', segmind],
];

describe.each(ALL)('the options of %s', (_name, create) => {
  test.each<[what: string, options: object, param: string, code: string]>([
    ['an unknown one', { retries: 3 }, 'retries', 'unknown_parameter'],
    ['no model', { model: undefined }, 'model', 'missing_required_parameter'],
    ['an empty model', { model: '' }, 'model', 'invalid_type'],
    ['http: elsewhere', { baseURL: 'http://host/v1' }, 'baseURL', 'invalid_value'],
    ['a number as address', { baseURL: 7 }, 'baseURL', 'invalid_type'],
    ['a number as key', { apiKey: 7 }, 'apiKey', 'invalid_type'],
    ['an empty key', { apiKey: '' }, 'apiKey', 'invalid_value'],
    ['a key over two lines', { apiKey: `${KEY}\n` }, 'apiKey', 'invalid_value'],
    ['a text as sameModel', { sameModel: 'yes' }, 'sameModel', 'invalid_type'],
    ['an empty space', { space: '' }, 'space', 'invalid_type'],
    ['no time', { timeoutMs: 0 }, 'timeoutMs', 'integer_below_min_value'],
    ['half a retry', { maxRetries: 0.5 }, 'maxRetries', 'invalid_type'],
    ['no width', { maxConcurrency: 0 }, 'maxConcurrency', 'integer_below_min_value'],
    ['a text as dangerouslyAllowBrowser', { dangerouslyAllowBrowser: 1 }, 'dangerouslyAllowBrowser', 'invalid_type'],
  ])('refuse %s by name', (_what, options, param, code) => {
    const error = catchError(() => create({ ...BASE, apiKey: KEY, ...options } as never));
    expect(error).toMatchObject({ name: 'BadRequestError', param, code });
    expect(showAll(error)).not.toContain(KEY);
  });

  test('refuse what is no object', () => {
    expect(catchError(() => create('tiny' as never))).toMatchObject({ code: 'invalid_type' });
    expect(catchError(() => create(undefined as never))).toMatchObject({ code: 'invalid_type' });
  });

  test('make a provider that shows no key', () => {
    const provider = create({ ...BASE, apiKey: KEY, space: 'mine', sameModel: true } as never);
    expect(provider).toMatchObject({ host: 'host', model: 'tiny', space: 'mine', sameModel: true });
    expect(JSON.stringify(provider)).not.toContain(KEY);
    expect(Object.values(provider).map(String).join()).not.toContain(KEY);
  });
});

test.each<[what: string, run: () => unknown, param: string]>([
  ['encodingFormat', () => openaiCompatible({ ...BASE, encodingFormat: 'hex' as 'float' }), 'encodingFormat'],
  ['maxInputs', () => openaiCompatible({ ...BASE, maxInputs: 0 }), 'maxInputs'],
  ['maxBatchTokens', () => infinity({ ...BASE, maxBatchTokens: 0 }), 'maxBatchTokens'],
  ['mode', () => segmind({ model: 'm', apiKey: 'k', mode: 'later' as 'sync' }), 'mode'],
  ['pollIntervalMs', () => segmind({ model: 'm', apiKey: 'k', pollIntervalMs: 0 }), 'pollIntervalMs'],
  ['jobTimeoutMs', () => segmind({ model: 'm', apiKey: 'k', jobTimeoutMs: 0 }), 'jobTimeoutMs'],
  ['maxInputs of segmind', () => segmind({ model: 'm', apiKey: 'k', maxInputs: 2 } as never), 'maxInputs'],
  ['a missing baseURL', () => infinity({ model: 'm' } as never), 'baseURL'],
  ['a missing key of nugen', () => nugen({ model: 'm' } as never), 'apiKey'],
  ['a missing key of segmind', () => segmind({ model: 'm' } as never), 'apiKey'],
])('%s is checked', (_what, run, param) => {
  expect(catchError(run)).toMatchObject({ name: 'BadRequestError', param });
});

test.each([
  [nugen({ model: 'm', apiKey: 'k' }), 'api.nugen.in', 'm@api.nugen.in;provider=nugen'],
  [segmind({ model: 'm', apiKey: 'k' }), 'api.segmind.com', 'm@api.segmind.com;provider=segmind'],
])('$id has an address of its own', (provider, host, space) => {
  expect(provider).toMatchObject({ host, space, sameModel: false });
});

describe('a key that is written into a page', () => {
  const warnings: string[] = [];

  beforeEach(() => {
    warnings.length = 0;
    vi.stubGlobal('document', { baseURI: 'https://app.example/' });
    vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  test('is warned of once, without the key', () => {
    const provider = openaiCompatible({ ...BASE, apiKey: KEY });
    const context = { onSend: () => undefined };
    for (const target of [provider.connect(context), provider.connect(context)]) target.dispose();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^openaiCompatible\(\): .*dangerouslyAllowBrowser: true/);
    expect(warnings[0]).not.toContain('sk-test');
  });

  test.each<[what: string, options: object]>([
    ['a function', { apiKey: () => KEY }],
    ['no key', {}],
    ['the word that it is meant', { apiKey: KEY, dangerouslyAllowBrowser: true }],
  ])('is not warned of with %s', (_what, options) => {
    openaiCompatible({ ...BASE, ...options });
    expect(warnings).toEqual([]);
  });

  test('is not warned of when the call is refused', () => {
    catchError(() => openaiCompatible({ ...BASE, apiKey: KEY, maxRetries: -1 }));
    expect(warnings).toEqual([]);
  });

  test('is not warned of outside a page', () => {
    vi.unstubAllGlobals();
    openaiCompatible({ ...BASE, apiKey: KEY });
    expect(warnings).toEqual([]);
  });
});
