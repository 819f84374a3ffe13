import { expect, test } from 'vitest';
import { namesBundledBefore } from '../../../scripts/package/notices.js';

test('packages that an author has bundled into a file are found by the comments above them', () => {
  const source = [
    '// node_modules/plain/index.js',
    'const one = 1;',
    '// ../../node_modules/.pnpm/@scope+name@1.0.0/node_modules/@scope/name/dist/index.js',
    '// ../../node_modules/.pnpm/@scope+name@1.0.0/node_modules/@scope/name/dist/more.js',
    'const two = 2; // node_modules/in-a-remark/index.js',
    '// src/own.js',
  ].join('\n');
  expect(namesBundledBefore(source)).toEqual(['plain', '@scope/name']);
});
