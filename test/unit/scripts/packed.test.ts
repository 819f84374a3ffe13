import { expect, test } from 'vitest';
import { describeContents } from '../../../scripts/package/packed.js';

test('the contents are told largest first, declarations as one line, with both sizes beside the limit', () => {
  const files = [
    { path: 'package.json', size: 10_000 },
    { path: 'dist/types/index.d.ts', size: 20_000 },
    { path: 'dist/types/api/client.d.ts', size: 30_000 },
    { path: 'dist/assets/model.onnx', size: 7_100_000 },
  ];
  const packed = { filename: 'it.tgz', size: 6_000_000, unpackedSize: 7_160_000, files };
  expect(describeContents(packed).split('\n')).toEqual([
    '  7.10 MB  dist/assets/model.onnx',
    '  0.05 MB  dist/types/…',
    '  0.01 MB  package.json',
    'Tarball: 6.00 MB. Installed: 7.16 MB of 60.00 MB.',
  ]);
});
