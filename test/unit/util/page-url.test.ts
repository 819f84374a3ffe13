import { afterEach, expect, test, vi } from 'vitest';
import { resolveFolder, resolveUrl } from '../../../src/util/page-url.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['dist/assets/', 'https://app.example/dist/assets/'],
  ['/hub', 'https://app.example/hub/'],
  ['https://hub.example/files', 'https://hub.example/files/'],
])("resolves %s against the document's base URL, not its address", (url, expected) => {
  vi.stubGlobal('location', { href: 'about:srcdoc' });
  vi.stubGlobal('document', { baseURI: 'https://app.example/' });
  expect(resolveFolder(url).href).toBe(expected);
});

test("resolves against a worker's own address where there is no document", () => {
  vi.stubGlobal('location', { href: 'https://app.example/js/worker.js' });
  expect(resolveFolder('assets').href).toBe('https://app.example/js/assets/');
});

test('gives nothing for what is no URL, also where there is no page to begin at', () => {
  expect(resolveUrl('/v1')).toBeUndefined();
  expect(resolveUrl('https://')).toBeUndefined();
  expect(resolveUrl('https://a.example/v1')?.pathname).toBe('/v1');
});
