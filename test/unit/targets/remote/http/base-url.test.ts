import { afterEach, describe, expect, test, vi } from 'vitest';
import { resolveBaseUrl, urlBelow, withoutVersion } from '../../../../../src/targets/remote/http/base-url.js';
import { catchError } from '../../../../support/catch-error.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('resolveBaseUrl', () => {
  test.each([
    ['https://api.openai.com/v1', 'https://api.openai.com/v1'],
    ['https://api.openai.com/v1//', 'https://api.openai.com/v1'],
    ['https://host', 'https://host/'],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1'],
    ['http://127.0.0.1:80', 'http://127.0.0.1/'],
    ['http://[::1]:8080', 'http://[::1]:8080/'],
    ['http://gpu.localhost', 'http://gpu.localhost/'],
  ])('takes %s', (value, href) => {
    expect(resolveBaseUrl(value).href).toBe(href);
  });

  test.each([
    'http://api.openai.com/v1',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://10.0.0.1',
    'ftp://host',
    'data:text/plain,a',
    'https://user:secret@host',
    'https://secret@host',
    'https://host?key=secret',
    'https://host#secret',
    'https://host?',
    'https://host#',
    '/relative/without/a/page',
    'https://',
    '',
  ])('refuses %j and does not repeat it', (value) => {
    const error = catchError(() => resolveBaseUrl(value));
    expect(error).toMatchObject({ name: 'BadRequestError', code: 'invalid_value', param: 'baseURL' });
    expect(String(error)).not.toContain('secret');
  });

  test('refuses what is no text', () => {
    expect(catchError(() => resolveBaseUrl(7))).toMatchObject({ code: 'invalid_type', param: 'baseURL' });
  });

  test('starts a relative address at the page', () => {
    vi.stubGlobal('document', { baseURI: 'https://app.example/notes/index.html' });
    expect(resolveBaseUrl('/proxy/v1').href).toBe('https://app.example/proxy/v1');
    expect(resolveBaseUrl('proxy').href).toBe('https://app.example/notes/proxy');
  });

  test('starts it at the script in a worker', () => {
    vi.stubGlobal('location', { href: 'https://app.example/worker.js' });
    expect(resolveBaseUrl('./v1').href).toBe('https://app.example/v1');
  });

  test('refuses a relative address in a page without TLS', () => {
    vi.stubGlobal('document', { baseURI: 'http://app.example/' });
    expect(catchError(() => resolveBaseUrl('/v1'))).toMatchObject({ code: 'invalid_value' });
  });
});

test.each([
  ['https://host/v1', 'https://host/v1/models'],
  ['https://host', 'https://host/v1/models'],
  ['https://host/base/v1/', 'https://host/base/v1/models'],
  ['https://host/av1', 'https://host/av1/v1/models'],
])('withoutVersion and urlBelow make of %s %s', (base, url) => {
  expect(urlBelow(withoutVersion(resolveBaseUrl(base)), '/v1/models')).toBe(url);
});
