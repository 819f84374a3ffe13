import { describe, expect, test } from 'vitest';
import { findBase, findEndpoint, isNamedByModel } from '../../../../src/adapters/fetch/endpoints.js';

const find = (url: string, base?: string): unknown =>
  findEndpoint(new URL(url), base === undefined ? undefined : findBase(new URL(base)));

describe('findEndpoint', () => {
  test.each([
    ['https://a.example/v1/embeddings', 'embeddings', '', ''],
    ['https://a.example/v1/embeddings/?x=/v2/y', 'embeddings', '', ''],
    ['https://a.example/v1/proxy/v1/embeddings', 'embeddings', '/v1/proxy', ''],
    ['https://a.example/v1/models', 'models', '', ''],
    ['https://a.example/v1/models/team%2Fmodel', 'model', '', 'team/model'],
    ['https://a.example/x/v1/models/team/model', 'model', '/x', 'team/model'],
    ['https://a.example/v1/models/50%', 'model', '', '50%'],
    ['https://a.example/api/v3/inference/embeddings', 'nugen', '', ''],
    ['https://a.example/v1/team/model', 'segmind', '', 'team/model'],
    ['https://a.example/v2/model', 'segmind-job', '', 'model'],
    ['https://a.example/v2/requests/1', 'job-result', '', '1'],
    ['https://a.example/v2/requests/1/status', 'job-status', '', '1'],
  ])('%s', (url, name, path, argument) => {
    expect(find(url)).toEqual({ name, root: `https://a.example${path}`, argument });
  });

  test.each([
    'https://a.example/',
    'https://a.example/v1',
    'https://a.example/embeddings',
    'https://a.example/v3/models',
  ])('%s is none', (url) => {
    expect(find(url)).toBeUndefined();
  });

  test.each(['https://a.example', 'https://a.example/', 'https://a.example/v1', 'https://a.example/v1/'])(
    'below %s it is one of the root',
    (base) => {
      expect(find('https://a.example/v1/embeddings', base)).toMatchObject({ name: 'embeddings' });
      expect(find('https://a.example/x/v1/embeddings', base)).toBeUndefined();
      expect(find('http://a.example/v1/embeddings', base)).toBeUndefined();
    },
  );

  test('a base with a path is not one that only begins so', () => {
    expect(find('https://a.example/api/v1/models', 'https://a.example/api')).toEqual({
      name: 'models',
      root: 'https://a.example/api',
      argument: '',
    });
    expect(find('https://a.example/apis/v1/models', 'https://a.example/api')).toBeUndefined();
  });
});

test('only Segmind’s paths need a known model', () => {
  const named = ['/v1/model', '/v2/model', '/v1/embeddings', '/v1/models', '/v2/requests/1'].filter((path) => {
    const endpoint = findEndpoint(new URL(path, 'https://a.example'));
    return endpoint && isNamedByModel(endpoint);
  });
  expect(named).toEqual(['/v1/model', '/v2/model']);
});
