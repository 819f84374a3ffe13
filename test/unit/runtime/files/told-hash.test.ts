import { expect, test } from 'vitest';
import { findFalseEtag, readEtag } from '../../../../src/runtime/files/told-hash.js';

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const HUB = 'https://hub.example';

function readOf(headers: Record<string, string>): string | undefined {
  return readEtag(new Response('12345', { headers }), 5)?.value;
}

test('takes no ETag for a hash of what was compressed on the way', () => {
  expect(readOf({ etag: `"${A}"`, 'content-length': '5' })).toBe(A);
  expect(readOf({ etag: `"${A}"`, 'content-length': '4' })).toBeUndefined();
  expect(readOf({ etag: `"${A}"` })).toBeUndefined();
});

test('names where a file came from in the end', () => {
  const response = Object.defineProperty(new Response('1', { headers: { etag: A, 'content-length': '1' } }), 'url', {
    value: `${HUB}/owner/model`,
  });
  expect(readEtag(response, 1)).toEqual({ origin: HUB, value: A });
});

test('compares the ETags of a server that hashes, and of no other', () => {
  const files = { 'config.json': A, 'model.onnx': B };
  const own = { origin: HUB, value: A };
  const find = (origin: string, value: string): string | undefined =>
    findFalseEtag(
      files,
      new Map([
        ['model.onnx', { origin, value }],
        ['config.json', own],
      ]),
    );
  expect(find(HUB, B)).toBeUndefined();
  expect(find(HUB, C)).toBe('model.onnx');
  expect(find('https://cdn.example', C)).toBeUndefined();
  expect(findFalseEtag(files, new Map([['model.onnx', { origin: HUB, value: C }]]))).toBeUndefined();
});
